import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { breaksIntegrity, type ReconcileReport } from '../../../shared/domain/reconcile.ts';
import { api } from '../../client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Figures } from '../../components/figures.tsx';
import { Mark } from '../../components/mark.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { countOf } from '../../format/count.ts';
import { usePageTarget } from '../../shell/targets.tsx';
import { reportFigures, verdictText } from '../../words/reconcile-words.ts';
import { FindingSection } from './finding-section.tsx';
import classes from './findings.module.css';
import { FolderTable, QuarantinedTable } from './report-details.tsx';

/** One report: the verdict, the figures, where the findings lie, and every finding. */
export function ReconcileReportPage(props: { readonly reportId: string }) {
  const { reportId } = props;
  const report = useQuery(api.reconcile.get.queryOptions({ input: { reportId } }));
  usePageTarget(report.data?.target);
  return (
    <Page
      title="Reconcile report"
      subtitle={<Link href="/reconcile">All reports</Link>}
      command={`unwind reconciles show ${reportId}`}
    >
      {report.error !== null ? (
        <ErrorPanel error={report.error} />
      ) : report.data === undefined ? (
        <Skeleton height={480} radius="md" aria-busy />
      ) : (
        <ReportBody report={report.data} />
      )}
    </Page>
  );
}

function markOf(report: ReconcileReport) {
  if (report.kinds.length === 0)
    return { tone: 'done', icon: IconCircleCheck, word: 'All agrees' } as const;
  return breaksIntegrity(report.kinds)
    ? ({
        tone: 'failed',
        icon: IconCircleX,
        word: 'Rows and objects contradict each other',
      } as const)
    : ({ tone: 'held', icon: IconAlertTriangle, word: 'Orphans only' } as const);
}

function ReportBody(props: { readonly report: ReconcileReport }) {
  const { report } = props;
  const hasFindings = report.kinds.length > 0;
  const folders = report.folders.filter(
    (folder) => folder.orphanObjects + folder.danglingRows + folder.sizeDiffers > 0,
  );
  return (
    <>
      <div className={classes.verdict}>
        <Mark look="pill" {...markOf(report)} />
        <span>{verdictText(report)}</span>
      </div>
      <Figures figures={reportFigures(report)} />
      <p className={`dim ${classes.small ?? ''}`}>
        Listed from <TimeStamp iso={report.startedAt} /> to <TimeStamp iso={report.finishedAt} />.{' '}
        {report.settledMeanwhile === 0
          ? 'Everything that seemed wrong still was when it was looked at again.'
          : `${countOf(report.settledMeanwhile, 'suspicion')} settled when looked at again at the end.`}
      </p>
      <Section title="Findings">
        {hasFindings ? (
          <FindingSection report={report} />
        ) : (
          <EmptyState
            title="Nothing was found"
            text="Orphans, rows without objects and sizes that differ would be listed here."
          />
        )}
      </Section>
      {folders.length === 0 ? null : (
        <Section
          title="Where they are"
          note={`${countOf(folders.length, 'folder')} with findings, of ${countOf(report.folderCount, 'folder')}`}
        >
          <FolderTable folders={folders} />
        </Section>
      )}
      {report.quarantine.length === 0 ? null : (
        <Section title="Quarantine" note="Copies that runs keep: not orphans">
          <QuarantinedTable quarantine={report.quarantine} />
        </Section>
      )}
    </>
  );
}

import { Button, Skeleton } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Link } from 'wouter';
import { api } from '../../client.ts';
import { Page } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { sentenceCase } from '../../format/sentence-case.ts';
import { runOptions } from '../../queries.ts';
import { usePageTarget } from '../../shell/targets.tsx';
import classes from './report-page.module.css';

/** Headings go down one level: the page has its own first heading. Raw HTML and pictures are left out. */
const COMPONENTS: Components = {
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  th: ({ children }) => (children == null ? <td /> : <th scope="col">{children}</th>),
  table: ({ children }) => (
    <div className={classes.table} tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

/** The report of a run as a document. */
export function ReportPage(props: { readonly runId: string }) {
  const { runId } = props;
  const report = useQuery(api.run.report.queryOptions({ input: { runId } }));
  const run = useQuery(runOptions(runId));
  const clipboard = useClipboard({ timeout: 1_500 });
  usePageTarget(run.data?.plan.target);
  return (
    <Page
      title="Report"
      subtitle={
        <Link href={`/runs/${runId}`}>
          {sentenceCase(run.data?.plan.scopeInWords ?? `run ${runId}`)}
        </Link>
      }
      command={`unwind runs show ${runId}`}
      width="document"
      actions={
        <Button
          variant="default"
          disabled={report.data === undefined}
          onClick={() => {
            clipboard.copy(report.data?.markdown);
          }}
        >
          {clipboard.copied ? 'Markdown copied' : 'Copy as Markdown'}
        </Button>
      }
    >
      {report.error !== null ? (
        <ErrorPanel error={report.error} />
      ) : report.data === undefined ? (
        <Skeleton height={480} radius="md" />
      ) : (
        <article className={classes.document}>
          <Markdown
            remarkPlugins={[remarkGfm]}
            skipHtml
            disallowedElements={['img']}
            components={COMPONENTS}
          >
            {report.data.markdown}
          </Markdown>
        </article>
      )}
    </Page>
  );
}

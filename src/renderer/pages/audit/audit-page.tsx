import { SegmentedControl, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import { api } from '../../client.ts';
import { Page } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { analyzeCommand } from '../../words/cli-words.ts';
import classes from './audit-page.module.css';
import { AuditReport } from './audit-report.tsx';

const SPANS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
] as const;
const DEFAULT_DAYS = '7';

/** What the runs of some days came to: figures, charts, and what went wrong. */
export function AuditPage() {
  const [search, setSearch] = useSearchParams();
  const asked = search.get('days');
  const days = SPANS.find(({ value }) => value === asked)?.value ?? DEFAULT_DAYS;
  const targetName = search.get('target') ?? undefined;
  const { targets } = useTargets();
  const analysis = useQuery(
    api.analysis.runs.queryOptions({
      input: { days: Number(days), ...(targetName === undefined ? {} : { targetName }) },
      placeholderData: keepPreviousData,
    }),
  );
  function show(change: { readonly days?: string; readonly target?: string | null }): void {
    const next = new URLSearchParams(search);
    if (change.days !== undefined) next.set('days', change.days);
    if (change.target === null) next.delete('target');
    else if (change.target !== undefined) next.set('target', change.target);
    setSearch(next, { replace: true });
  }
  return (
    <Page
      title="Audit"
      subtitle="What the runs of this workspace came to, from their run files. Days are UTC."
      command={analyzeCommand({ days, targetName })}
    >
      <div className={classes.bar}>
        <SegmentedControl
          aria-label="How many days"
          size="sm"
          data={SPANS.map(({ value, label }) => ({ value, label }))}
          value={days}
          onChange={(value) => {
            show({ days: value });
          }}
        />
        <Select
          aria-label="Target"
          size="sm"
          placeholder="All targets"
          clearable
          data={[
            ...new Set([
              ...targets.map(({ name }) => name),
              ...(targetName === undefined ? [] : [targetName]),
            ]),
          ]}
          value={targetName ?? null}
          onChange={(value) => {
            show({ target: value });
          }}
        />
      </div>
      {analysis.error !== null ? (
        <ErrorPanel error={analysis.error} />
      ) : (
        <AuditReport analysis={analysis.data} />
      )}
    </Page>
  );
}

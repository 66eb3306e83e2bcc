import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { CSV_HEAD, csvLine, jsonLine } from '../../../shared/reconcile-export.ts';
import { client } from '../../client.ts';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { type FindingFilter, inputOfFindingFilter } from './finding-filter.ts';

const PAGE = 1_000;

const FORMATS = {
  csv: { name: 'CSV', type: 'text/csv', head: CSV_HEAD, line: csvLine },
  jsonl: { name: 'JSON lines', type: 'application/x-ndjson', head: '', line: jsonLine },
} as const;

interface ExportRequest {
  readonly reportId: string;
  readonly filter: FindingFilter;
  readonly format: keyof typeof FORMATS;
}

/** Reads every finding that matches, a page at a time, and hands them to the browser as a file. */
async function download({ reportId, filter, format }: ExportRequest): Promise<void> {
  const { head, line, type } = FORMATS[format];
  const parts: string[] = [head];
  let afterSeq = 0;
  for (;;) {
    const { findings } = await client.reconcile.findings({
      reportId,
      ...inputOfFindingFilter(filter),
      afterSeq,
      limit: PAGE,
    });
    const last = findings.at(-1);
    if (last === undefined) break;
    parts.push(findings.map(line).join(''));
    afterSeq = last.seq;
  }
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `unwind-reconcile-${reportId}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}

/** Saves the findings that the table shows. */
export function ExportButtons(props: {
  readonly reportId: string;
  readonly filter: FindingFilter;
}) {
  const saving = useMutation({ mutationFn: download });
  return (
    <>
      {(['csv', 'jsonl'] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          loading={saving.isPending && saving.variables.format === format}
          disabled={saving.isPending}
          onClick={() => {
            saving.mutate({ ...props, format });
          }}
        >
          Save as {FORMATS[format].name}
        </Button>
      ))}
      {saving.error === null ? null : <ErrorPanel error={saving.error} />}
    </>
  );
}

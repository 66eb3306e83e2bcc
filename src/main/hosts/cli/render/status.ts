import type { BatchStatus, RecordStatus, StatusReport } from '../../../../shared/domain/status.ts';
import type { Colors, Terminal } from '../terminal.ts';
import { count, moment, orDash } from './format.ts';
import { paint, proofCell, proofLegend } from './marks.ts';
import { type Cell, renderFacts, renderTable } from './table.ts';
import { targetFacts } from './target.ts';

/** The status board: target, batches with stored and counted figures, records with the three-way truth. */
export function renderStatus(terminal: Terminal, report: StatusReport): string {
  const { bold, dim } = terminal.colors;
  const facts = renderFacts([
    ...targetFacts(report.target),
    ['schema', report.schemaVariant],
    ['checked', moment(report.checkedAt)],
  ]);
  const shown = report.records.length;
  const title =
    shown === report.recordCount
      ? `Records (${count(shown)})`
      : `Records (${count(report.offset + 1)} to ${count(report.offset + shown)} of ${count(report.recordCount)}; more with --limit)`;
  return [
    `${bold('Status')}\n${facts}`,
    `${bold(`Batches (${count(report.batches.length)})`)}\n${renderBatches(terminal, report.batches)}`,
    shown === 0
      ? `${bold('Records')}\n  none match\n`
      : `${bold(title)}\n${renderRecords(terminal, report.records)}  ${dim(proofLegend)}\n`,
  ].join('\n');
}

function renderBatches(terminal: Terminal, batches: readonly BatchStatus[]): string {
  if (batches.length === 0) return '  none\n';
  const figures = ['files', 'completed', 'verified', 'failed', 'pending', 'rolled back'];
  return renderTable(terminal, {
    columns: [
      { title: 'batch', cells: 'whole' },
      { title: 'status' },
      ...figures.map((title) => ({ title, align: 'right' as const })),
      { title: 'counters' },
    ],
    rows: batches.map((batch) => batchRow(terminal.colors, batch)),
  });
}

function batchRow(colors: Colors, batch: BatchStatus): readonly Cell[] {
  const { stored, recomputed } = batch;
  return [
    batch.batchId,
    orDash(batch.status),
    counter(colors, batch.totalFiles, recomputed.records),
    counter(colors, stored.completed, recomputed.completed),
    counter(colors, stored.verified, recomputed.verified),
    counter(colors, stored.failed, recomputed.failed),
    count(recomputed.pending),
    count(recomputed.rolledBack),
    batch.countersAgree
      ? { text: '✓ agree', paint: paint(colors, 'good') }
      : { text: '✕ differ', paint: paint(colors, 'bad') },
  ];
}

/** One figure where the stored and the counted one agree, both where they do not. */
function counter(colors: Colors, stored: number | null, counted: number): Cell {
  if (stored === counted) return count(counted);
  const said = stored === null ? 'NULL' : count(stored);
  return { text: `${said} stored, ${count(counted)}`, paint: paint(colors, 'bad') };
}

function renderRecords(terminal: Terminal, records: readonly RecordStatus[]): string {
  const { colors } = terminal;
  return renderTable(terminal, {
    columns: [
      { title: 'record', cells: 'whole' },
      { title: 'file' },
      { title: 'status' },
      { title: 'row' },
      { title: 'object' },
      { title: 'original' },
    ],
    rows: records.map((record) => [
      record.recordId,
      orDash(record.filename ?? record.sourcePath),
      orDash(record.status),
      proofCell(colors, record.row),
      proofCell(colors, record.object),
      proofCell(colors, record.original),
    ]),
  });
}

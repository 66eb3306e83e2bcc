import type {
  ReconstructedRow,
  ReconstructionSummary,
} from '../../../../shared/domain/reconstruction.ts';
import type { Terminal } from '../terminal.ts';
import { count, countOf, orDash } from './format.ts';
import { renderTable } from './table.ts';

const CONFIDENCE_WORDS = {
  snapshot: 'proved by a snapshot whose hashes hold',
  plan: 'read when a plan was made whose digest holds',
  backup: 'from a backup, which carries no hash',
  'tracking-row': 'put together from the tracking row',
  unknown: 'with values that nothing tells',
} as const;

/** What could be put together, how well it is known, and what could not be trusted. */
export function renderReconstruction(
  terminal: Terminal,
  shown: {
    readonly reconstruction: ReconstructionSummary;
    readonly rows: readonly ReconstructedRow[];
  },
): string {
  const { bold, yellow } = terminal.colors;
  const { reconstruction, rows } = shown;
  const figures = reconstruction.byConfidence.map(
    ({ confidence, count: figure }) => `  ${count(figure)}  ${CONFIDENCE_WORDS[confidence]}\n`,
  );
  return [
    `${bold(`${countOf(reconstruction.rowCount, 'row')} as before ${countOf(reconstruction.runIds.length, 'run')} on ${reconstruction.target.name}`)}\n`,
    ...figures,
    reconstruction.disagreements === 0
      ? ''
      : `  ${count(reconstruction.disagreements)}  of which two sources tell different things; the better one is taken\n`,
    list('Made from', reconstruction.sources),
    list(yellow('Left out'), reconstruction.problems),
    rows.length === 0 ? '' : `\n${renderRows(terminal, rows)}`,
    '\nNothing was changed. To plan a restore of what is known best: unwind restore --reconstructed\n',
  ].join('');
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function renderRows(terminal: Terminal, rows: readonly ReconstructedRow[]): string {
  const cellOf = (row: ReconstructedRow, column: string): string => {
    const cell = row.cells.find((one) => one.column === column);
    if (cell === undefined) return '-';
    return cell.confidence === 'unknown' ? '?' : (cell.value ?? 'NULL');
  };
  return renderTable(terminal, {
    columns: [
      { title: 'record', cells: 'whole' },
      { title: 'file' },
      { title: 'status' },
      { title: 'files.r2_key' },
      { title: 'confidence' },
      { title: 'from' },
    ],
    rows: rows.map((row) => [
      row.recordId,
      orDash(row.filename ?? row.sourcePath),
      cellOf(row, 'status'),
      cellOf(row, 'r2Key'),
      row.confidence,
      row.source,
    ]),
  });
}

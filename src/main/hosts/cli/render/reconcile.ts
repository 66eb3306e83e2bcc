import type {
  ReconcileFinding,
  ReconcileFindingKind,
  ReconcileReport,
  ReconcileSummary,
} from '../../../../shared/domain/reconcile.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, countOf, moment, orDash } from './format.ts';
import { paint } from './marks.ts';
import { renderFacts, renderTable } from './table.ts';

const KIND_NAMES: Record<ReconcileFindingKind, string> = {
  'dangling-row': 'row without its object',
  'size-differs': 'size differs',
  'orphan-object': 'object without a row',
};

/** Kinds from bad to harmless: an orphan costs room, the others break what the rows say. */
const KINDS = Object.keys(KIND_NAMES) as ReconcileFindingKind[];

const MAX_FOLDERS = 10;

/** A report with its first findings. */
export function renderReport(
  terminal: Terminal,
  shown: {
    readonly report: ReconcileReport;
    readonly findings: readonly ReconcileFinding[];
    readonly findingTotal: number;
  },
): string {
  const { report, findings, findingTotal } = shown;
  const { colors } = terminal;
  const { totals, target } = report;
  const parts = [
    `${colors.bold('Reconcile')} of ${target.bucket} with ${target.database} (${target.name})\n`,
    renderFacts([
      ['report', report.reportId],
      [
        'compared',
        `${countOf(totals.objects, 'object')}, ${bytes(totals.sizeBytes)}, with ${countOf(totals.rows, 'row')}`,
      ],
      ['from', moment(report.startedAt)],
      ['to', moment(report.finishedAt)],
      ['settled meanwhile', count(report.settledMeanwhile)],
      ['file', report.file],
    ]),
    '\n',
    renderKinds(terminal, report),
    renderQuarantine(terminal, report),
    findingTotal === 0 ? '' : renderFolders(terminal, report),
    renderFindings(terminal, findings, findingTotal),
  ];
  return parts.join('');
}

function renderKinds(terminal: Terminal, { kinds }: ReconcileReport): string {
  const { colors } = terminal;
  if (kinds.length === 0) {
    return `${colors.green('✓')} Each row has its object and each object its row; sizes agree.\n`;
  }
  const byKind = new Map(kinds.map((one) => [one.kind, one]));
  return KINDS.map((kind) => {
    const found = byKind.get(kind);
    const isFine = found === undefined || found.count === 0;
    const mark = isFine ? '✓' : kind === 'orphan-object' ? '?' : '✕';
    const tone = isFine ? 'good' : kind === 'orphan-object' ? 'unsure' : 'bad';
    const size = isFine ? '' : `  ${bytes(found.sizeBytes)}`;
    return `${paint(colors, tone)(mark)} ${KIND_NAMES[kind].padEnd(24)} ${count(found?.count ?? 0).padStart(9)}${size}\n`;
  }).join('');
}

function renderQuarantine(terminal: Terminal, { quarantine }: ReconcileReport): string {
  if (quarantine.length === 0) return '';
  const rows = quarantine.map((one) => [
    orDash(one.runId),
    one.known ? 'of this workspace' : 'not known here',
    count(one.objects),
    bytes(one.sizeBytes),
  ]);
  return `\n${terminal.colors.bold('Quarantine')}: copies that runs keep, not orphans\n${renderTable(
    terminal,
    {
      columns: [
        { title: 'run', cells: 'whole' },
        { title: 'run file' },
        { title: 'objects', align: 'right' },
        { title: 'size', align: 'right' },
      ],
      rows,
    },
  )}`;
}

function renderFolders(terminal: Terminal, { folders, folderCount }: ReconcileReport): string {
  const wrong = folders.filter(
    (folder) => folder.orphanObjects + folder.danglingRows + folder.sizeDiffers > 0,
  );
  const shown = wrong.slice(0, MAX_FOLDERS);
  return `\n${terminal.colors.bold('First folders')} with most findings, of ${count(folderCount)}\n${renderTable(
    terminal,
    {
      columns: [
        { title: 'folder' },
        { title: 'objects', align: 'right' },
        { title: 'size', align: 'right' },
        { title: 'without row', align: 'right' },
        { title: 'rows without', align: 'right' },
        { title: 'size differs', align: 'right' },
      ],
      rows: shown.map((folder) => [
        folder.folder === '' ? '(none)' : folder.folder,
        count(folder.objects),
        bytes(folder.sizeBytes),
        count(folder.orphanObjects),
        count(folder.danglingRows),
        count(folder.sizeDiffers),
      ]),
    },
  )}`;
}

function renderFindings(
  terminal: Terminal,
  findings: readonly ReconcileFinding[],
  total: number,
): string {
  if (findings.length === 0) return '';
  const table = renderTable(terminal, {
    columns: [
      { title: 'what' },
      { title: 'key' },
      { title: 'row' },
      { title: 'status' },
      { title: 'recorded', align: 'right' },
      { title: 'object', align: 'right' },
      { title: 'last modified' },
    ],
    rows: findings.map((finding) => [
      KIND_NAMES[finding.kind],
      finding.key,
      finding.table === null ? '-' : `${finding.table} ${finding.rowId ?? ''}`,
      orDash(finding.status),
      sizeText(finding.recordedSizeBytes),
      sizeText(finding.objectSizeBytes),
      moment(finding.lastModified),
    ]),
  });
  const more =
    total > findings.length
      ? `  ${count(findings.length)} of ${count(total)} shown; --csv FILE or --jsonl FILE writes them all\n`
      : '';
  return `\n${terminal.colors.bold('Findings')}\n${table}${more}`;
}

function sizeText(sizeBytes: number | null): string {
  return sizeBytes === null ? '-' : `${count(sizeBytes)} B`;
}

/** The reports of a workspace. */
export function renderReports(terminal: Terminal, reports: readonly ReconcileSummary[]): string {
  if (reports.length === 0) return 'No reconcile report was made in this workspace.\n';
  const countText = (report: ReconcileSummary, kind: ReconcileFindingKind): string =>
    report.state === 'finished'
      ? count(report.kinds.find((one) => one.kind === kind)?.count ?? 0)
      : '-';
  return renderTable(terminal, {
    columns: [
      { title: 'report', cells: 'whole' },
      { title: 'state' },
      { title: 'target' },
      { title: 'started' },
      { title: 'objects', align: 'right' },
      { title: 'without row', align: 'right' },
      { title: 'rows without', align: 'right' },
      { title: 'size differs', align: 'right' },
    ],
    rows: reports.map((report) => [
      report.reportId,
      report.state,
      orDash(report.targetName),
      moment(report.startedAt),
      report.totals === null ? '-' : count(report.totals.objects),
      countText(report, 'orphan-object'),
      countText(report, 'dangling-row'),
      countText(report, 'size-differs'),
    ]),
  });
}

import type { StagePreview } from '../../../../shared/contract/plan.ts';
import type {
  DurationEstimate,
  Finding,
  PlanBatch,
  PlanItem,
  PlanSummary,
} from '../../../../shared/domain/plan.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, countOf, duration, moment, orDash } from './format.ts';
import { paint } from './marks.ts';
import { renderStagePreview } from './stages.ts';
import { renderFacts, renderTable } from './table.ts';
import { targetFacts } from './target.ts';

/** A plan with the items that are shown of it. */
export interface PlanPages {
  readonly plan: PlanSummary;
  /** The first items that change. */
  readonly sample: PlanItem[];
  /** The first held items. */
  readonly held: PlanItem[];
  /** How long it takes by earlier runs; `null`: there is none to go by. */
  readonly estimate: DurationEstimate | null;
  /** How it is done in stages; left out where it is not. */
  readonly stages?: StagePreview[];
}

/** Whether a finding keeps the plan from being executed. */
export function isBlocked(plan: PlanSummary): boolean {
  return plan.findings.some((finding) => finding.severity === 'blocker');
}

/** Whether there is nothing left to do in a plan's scope. */
export function isEmpty({ counts }: PlanSummary): boolean {
  return counts.rowsToChange + counts.filesToChange + counts.objectsToMove === 0;
}

/** Everything that an operator must see before they consent. Ends with the command that executes this plan, unless it is about to be. */
export function renderPlan(
  terminal: Terminal,
  pages: PlanPages,
  ending: 'with-command' | 'before-prompt',
): string {
  const { plan } = pages;
  const parts = [
    renderHead(terminal, plan),
    renderCounts(terminal, plan),
    renderBatches(terminal, plan.batches),
    renderSample(terminal, pages),
    renderHeld(terminal, pages),
    renderFindings(terminal, plan.findings),
    renderSteps(terminal, pages),
    renderStagePreview(terminal, pages.stages ?? []),
    renderEnd(terminal, plan, ending),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const planTitles = {
  rollback: 'Plan of a rollback',
  undo: 'Plan of an undo',
  purge: 'Plan of a purge',
  'drop-columns': 'Plan to drop columns',
  restore: 'Plan of a restore',
} as const;

function renderHead(terminal: Terminal, plan: PlanSummary): string {
  return `${terminal.colors.bold(planTitles[plan.kind])}\n${renderFacts([
    ['plan', plan.planId],
    ...(plan.subjectRunId === null ? [] : [['of run', plan.subjectRunId] as const]),
    ['scope', plan.scopeInWords],
    ...targetFacts(plan.target),
    ['made', `${moment(plan.createdAt)} by ${plan.createdBy.user}@${plan.createdBy.host}`],
    ['digest', plan.digest],
    ['run file', plan.runFile],
    ...plan.acceptances.map((each) => ['accepted', `${each.code}: ${each.reason}`] as const),
  ])}`;
}

function renderCounts(terminal: Terminal, plan: PlanSummary): string {
  if (plan.kind === 'drop-columns') return renderDrop(terminal, plan);
  const { counts } = plan;
  const moved = {
    rollback: 'objects moved into quarantine, verified; freed when it is purged',
    undo: 'objects restored from quarantine',
    purge: 'objects purged from quarantine for good',
    restore: 'objects touched',
  }[plan.kind];
  const size = counts.bytesToFree === 0 ? '' : ` (${bytes(counts.bytesToFree)})`;
  const heading = terminal.colors.bold(`What happens to ${countOf(counts.records, 'record')}`);
  const lines: readonly (readonly [string, string])[] = [
    [count(counts.rowsToChange), 'rows of file_migrations changed'],
    [count(counts.filesToChange), 'rows of files changed'],
    [count(counts.objectsToMove), `${moved}${size}`],
    [count(counts.objectsShared), 'objects kept because other rows need them'],
    [count(counts.held), 'files held: row and object stay exactly as they are'],
    [count(counts.untouched), 'files with nothing to do'],
    [count(counts.unproved), 'files with something that could not be proved'],
  ];
  const width = Math.max(...lines.map(([figure]) => figure.length));
  return `${heading}\n${lines.map(([figure, words]) => `  ${figure.padStart(width)}  ${words}\n`).join('')}`;
}

/** The statements of a drop, and those that add the columns again. */
function renderDrop(terminal: Terminal, { columnDrop }: PlanSummary): string {
  if (columnDrop === undefined) return '';
  const { bold } = terminal.colors;
  const { table, columns, rowCount } = columnDrop;
  const list = (statements: readonly string[]): string =>
    statements.map((sql) => `  ${sql};\n`).join('');
  return [
    `${bold(`What happens to ${table} (${countOf(rowCount, 'row')})`)}\n`,
    list(columns.map(({ dropSql }) => dropSql)),
    `${bold('To add the columns again, empty')}\n`,
    list(columns.map(({ inverseSql }) => inverseSql)),
  ].join('');
}

function renderBatches(terminal: Terminal, batches: readonly PlanBatch[]): string {
  if (batches.length === 0) return '';
  const right = { align: 'right' as const };
  return `${terminal.colors.bold('Batches, before → after')}\n${renderTable(terminal, {
    columns: [
      { title: 'batch', cells: 'whole' },
      { title: 'completed', ...right },
      { title: 'verified', ...right },
      { title: 'failed', ...right },
      { title: 'status' },
    ],
    rows: batches.map(({ batchId, before, after }) => [
      batchId,
      change(before.completedFiles, after.completedFiles),
      change(before.verifiedFiles, after.verifiedFiles),
      change(before.failedFiles, after.failedFiles),
      change(before.status, after.status),
    ]),
  })}`;
}

function renderSample(terminal: Terminal, { plan, sample }: PlanPages): string {
  if (sample.length === 0 || plan.kind === 'drop-columns') return '';
  const heading = `Sample: ${countOf(sample.length, 'file')} of ${count(plan.counts.records - plan.counts.held - plan.counts.untouched)}, before → after`;
  return `${terminal.colors.bold(heading)}\n${renderTable(terminal, {
    columns: [
      { title: 'file' },
      { title: 'status' },
      { title: 'files.r2_key' },
      { title: 'object' },
      { title: 'original' },
    ],
    rows: sample.map((item) => [
      orDash(item.filename ?? item.sourcePath),
      change(item.before.status, item.after.status),
      keyChange(item),
      item.objectAction,
      item.originalDetail === '' ? item.originalProof : item.originalDetail,
    ]),
  })}`;
}

function keyChange({ before, after }: PlanItem): string {
  if (before.file === null) return '(no row)';
  return change(before.file.r2Key, after.file?.r2Key ?? null);
}

function renderHeld(terminal: Terminal, { plan, held }: PlanPages): string {
  if (plan.heldByReason.length === 0) return '';
  const { bold, yellow, dim } = terminal.colors;
  const groups = plan.heldByReason.map((group) => {
    const items = held.filter((item) => item.held?.reason === group.reason);
    const more = group.count - items.length;
    return [
      `  ${yellow(`${count(group.count)} × ${group.reason}`)}\n`,
      ...items.map(
        (item) => `    ${orDash(item.filename ?? item.recordId)}: ${item.held?.detail ?? ''}\n`,
      ),
      more > 0
        ? dim(`    … and ${count(more)} more: unwind runs show ${plan.planId} --items held\n`)
        : '',
      items[0]?.held ? `    → ${items[0].held.fix}\n` : '',
    ].join('');
  });
  return `${bold('Held files')}\n${groups.join('')}`;
}

function renderFindings(terminal: Terminal, findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const { colors } = terminal;
  const words = { blocker: '✕ blocker', warning: '! risk', info: '· note' } as const;
  const tones = { blocker: 'bad', warning: 'unsure', info: 'neutral' } as const;
  const lines = findings.map(
    (finding) =>
      `  ${paint(colors, tones[finding.severity])(words[finding.severity])}  ${finding.message}\n      → ${finding.fix}\n`,
  );
  return `${colors.bold('Risks and blockers')}\n${lines.join('')}`;
}

function renderSteps(terminal: Terminal, { plan, estimate }: PlanPages): string {
  if (plan.steps.length === 0) return '';
  const { bold, red } = terminal.colors;
  const lines = plan.steps.map(
    (step, index) =>
      `  ${String(index + 1)}. ${step.title} (${count(step.itemCount)})${step.pointOfNoReturn ? red('  POINT OF NO RETURN: this cannot be undone') : ''}\n`,
  );
  return `${bold('Steps')}\n${lines.join('')}${estimate === null ? '' : `  ${estimateText(estimate)}\n`}`;
}

function estimateText({ expectedMs, basis }: DurationEstimate): string {
  const whose = basis.isOfTarget ? 'this target' : 'other targets';
  return `About ${duration(expectedMs)}, at the pace of ${countOf(basis.runs, 'earlier run')} of ${whose} (${countOf(basis.files, 'file')}).`;
}

function renderEnd(
  terminal: Terminal,
  plan: PlanSummary,
  ending: 'with-command' | 'before-prompt',
): string {
  const { bold, red } = terminal.colors;
  if (isBlocked(plan)) {
    return `${red('This plan cannot be executed: it has a blocker. Settle it and plan again.')}\n`;
  }
  if (isEmpty(plan))
    return 'There is nothing to do: every file in scope is done already or held.\n';
  if (ending === 'before-prompt') return 'Nothing has been changed yet.\n';
  return `Nothing has been changed. To execute exactly this plan:\n\n  ${bold(plan.executeCommand)}\n`;
}

function change(before: string | number | null, after: string | number | null): string {
  const from = before === null ? 'NULL' : String(before);
  const to = after === null ? 'NULL' : String(after);
  return from === to ? from : `${from} → ${to}`;
}

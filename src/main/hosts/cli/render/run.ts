import type { PlanItem, PlanSummary } from '../../../../shared/domain/plan.ts';
import type { RunDetail, RunList, Verification } from '../../../../shared/domain/run.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, countOf, moment, orDash } from './format.ts';
import { checkMark, stateCell } from './marks.ts';
import { renderSafeModeNote } from './safe-mode.ts';
import { renderCheckpoints, renderStages, renderWaiting } from './stages.ts';
import { renderFacts, renderTable } from './table.ts';

const kindWords = {
  rollback: 'Rollback',
  undo: 'Undo',
  purge: 'Purge',
  'drop-columns': 'Drop of columns',
  restore: 'Restore',
} as const;

/** How a run ended, what was held, and what can be done next. */
export function renderRunEnd(terminal: Terminal, run: RunDetail): string {
  const { bold } = terminal.colors;
  const { plan, counts } = run;
  const title = `${subjectInWords(plan)} on ${plan.target.name}: ${run.state}`;
  const objects = [
    counts.objectsRemoved > 0
      ? `${countOf(counts.objectsRemoved, 'object')} ${plan.kind === 'purge' ? `purged (${bytes(counts.bytesFreed)} freed)` : `moved into quarantine (${bytes(counts.bytesQuarantined)}, freed by a purge)`}`
      : '',
    counts.objectsRestored > 0 ? `${countOf(counts.objectsRestored, 'object')} restored` : '',
  ].filter((text) => text !== '');
  return [
    `${bold(title)}\n`,
    `  ${count(counts.planned)} planned, ${count(counts.done)} done, ${count(counts.held)} held, ${count(counts.drifted)} drifted, ${count(counts.failed)} failed\n`,
    objects.length > 0 ? `  ${objects.join(', ')}\n` : '',
    heldLine(run),
    run.error === null
      ? ''
      : `  ${terminal.colors.red('✕')} ${run.error.message}\n  → ${run.error.hint}\n`,
    run.verification === null ? '' : renderVerification(terminal, run.verification),
    run.safeMode === null ? '' : renderSafeModeNote(terminal, run.safeMode),
    `  run file: ${plan.runFile}\n`,
    nextLine(run),
  ].join('');
}

/** The result of a verification, check by check. */
export function renderVerification(terminal: Terminal, verification: Verification): string {
  const { green, red } = terminal.colors;
  const head = verification.passed ? green('✓ verification passed') : red('✕ VERIFICATION FAILED');
  const checks = verification.checks.map((check) => {
    const examples =
      check.examples.length === 0 ? '' : `\n        ${check.examples.join('\n        ')}`;
    return `    ${checkMark(terminal.colors, check.result)} ${check.sentence}${examples}\n`;
  });
  return `  ${head} (${moment(verification.verifiedAt)})\n${checks.join('')}`;
}

/** One run with its steps, decisions of recovery and verification. */
export function renderRunDetail(terminal: Terminal, run: RunDetail): string {
  const { bold } = terminal.colors;
  const facts = renderFacts([
    ['run', run.runId],
    ['state', run.state],
    ['target', run.plan.target.name],
    ['scope', run.plan.scopeInWords],
    ['started', moment(run.startedAt)],
    ['finished', moment(run.finishedAt)],
    ['reason', orDash(run.reason)],
    ['snapshot', orDash(run.snapshotId)],
    ['quarantine', run.quarantine],
    ['undone by', orDash(run.undoneBy)],
    ...(run.takenBackTo === null
      ? []
      : [['taken back to', `${run.takenBackTo.checkpoint} by ${run.takenBackTo.runId}`] as const]),
    ['digest', run.plan.digest],
  ]);
  const steps = run.steps.map(
    (step) =>
      `  ${step.state.padEnd(8)} ${step.title} (${count(step.done)} of ${count(step.total)})\n`,
  );
  const decisions = run.decisions.map(
    (decision) => `  ${moment(decision.at)}  ${decision.decision}: ${decision.sentence}\n`,
  );
  return [
    `${bold(kindWords[run.plan.kind])}\n${facts}`,
    steps.length === 0 ? '' : `${bold('Steps')}\n${steps.join('')}`,
    renderStages(terminal, run.stages),
    run.stages.length === 0
      ? ''
      : `${bold('Checkpoints')}\n${renderCheckpoints(terminal, run.checkpoints)}`,
    decisions.length === 0 ? '' : `${bold('Decisions of recovery')}\n${decisions.join('')}`,
    `${bold('Result')}\n${renderRunEnd(terminal, run)}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Items of a run with what became of them. */
export function renderItems(
  terminal: Terminal,
  page: { readonly items: readonly PlanItem[]; readonly total: number },
): string {
  if (page.total === 0) return '  no item matches\n';
  const table = renderTable(terminal, {
    columns: [
      { title: '#', align: 'right' },
      { title: 'record', cells: 'whole' },
      { title: 'file' },
      { title: 'verdict' },
      { title: 'object' },
      { title: 'outcome' },
      { title: 'detail' },
    ],
    rows: page.items.map((item) => [
      String(item.seq),
      item.recordId,
      orDash(item.filename ?? item.sourcePath),
      item.verdict,
      item.objectAction,
      item.outcome,
      item.held === null ? orDash(item.outcomeDetail) : `${item.held.reason}: ${item.held.detail}`,
    ]),
  });
  return `${table}  ${count(page.items.length)} of ${count(page.total)} shown\n`;
}

/** The list of runs, newest first. */
export function renderRuns(terminal: Terminal, list: RunList): string {
  const unreadable = list.unreadable
    .map(({ error }) => `  ${terminal.colors.red('✕')} ${error.message}\n    → ${error.hint}\n`)
    .join('');
  if (list.runs.length === 0)
    return list.total === 0 ? 'No plan or run in this workspace yet.\n' : unreadable;
  const table = renderTable(terminal, {
    columns: [
      { title: 'run', cells: 'whole' },
      { title: 'kind' },
      { title: 'state' },
      { title: 'target' },
      { title: 'scope' },
      { title: 'made' },
      { title: 'done', align: 'right' },
      { title: 'held', align: 'right' },
      { title: 'quarantine' },
    ],
    rows: list.runs.map((run) => [
      run.runId,
      run.kind,
      stateCell(terminal.colors, run.state),
      run.targetName,
      run.scopeInWords,
      moment(run.createdAt),
      `${count(run.counts.done)} of ${count(run.counts.planned)}`,
      count(run.counts.held),
      run.quarantine,
    ]),
  });
  const shown = list.runs.length + list.unreadable.length;
  return `${table}${unreadable}${shown < list.total ? `  ${count(shown)} of ${count(list.total)} shown; more with --limit\n` : ''}`;
}

/** An undo and a purge say in their scope what they are. */
function subjectInWords(plan: PlanSummary): string {
  if (plan.kind === 'rollback') return `Rollback of ${plan.scopeInWords}`;
  if (plan.kind === 'drop-columns') return `Drop of ${plan.scopeInWords}`;
  return `${plan.scopeInWords.charAt(0).toUpperCase()}${plan.scopeInWords.slice(1)}`;
}

function heldLine(run: RunDetail): string {
  if (run.plan.heldByReason.length === 0) return '';
  const reasons = run.plan.heldByReason.map((group) => `${count(group.count)} ${group.reason}`);
  return `  held, row and object unchanged: ${reasons.join(', ')} (unwind runs show ${run.runId} --items held)\n`;
}

/** The next thing to do. */
function nextLine(run: RunDetail): string {
  switch (run.state) {
    case 'succeeded':
      return (run.plan.kind === 'rollback' || run.plan.kind === 'restore') && run.undoneBy === null
        ? `  to take it back: unwind undo ${run.runId}\n`
        : '';
    case 'planned':
      return `  to execute it: ${run.plan.executeCommand}\n`;
    case 'running':
      return '';
    case 'at-checkpoint':
      return renderWaiting(run);
    case 'interrupted':
    case 'stopped':
    case 'failed':
    case 'partial':
      return `  to go on: unwind resume ${run.runId}\n`;
  }
}

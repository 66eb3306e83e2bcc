import type { StagePreview } from '../../../../shared/contract/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import type { Checkpoint, Stage } from '../../../../shared/domain/stage.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, countOf, moment, orDash } from './format.ts';
import { renderTable } from './table.ts';

/** The stages in which a plan would be done, and which files go first. */
export function renderStagePreview(terminal: Terminal, stages: readonly StagePreview[]): string {
  const [first] = stages;
  if (first === undefined) return '';
  const { bold, dim } = terminal.colors;
  const lines = stages.map((stage) => {
    const after = stage.checkpoint === null ? '' : `, then waits at checkpoint ${stage.checkpoint}`;
    return `  ${count(stage.number)}  ${countOf(stage.files, 'file')}, ${countOf(stage.objects, 'object')} (${bytes(stage.bytes)})${after}\n`;
  });
  const files = first.sample.map(
    (item) =>
      `  ${String(item.seq).padStart(5)}  ${item.filename ?? item.sourcePath ?? item.recordId}\n`,
  );
  const more = first.files - first.sample.length;
  return [
    `${bold('Stages')}\n${lines.join('')}`,
    `${bold('The files that go first')}\n${files.join('')}`,
    more > 0 ? dim(`    … and ${count(more)} more\n`) : '',
  ].join('');
}

/** The stages of a run that has begun. */
export function renderStages(terminal: Terminal, stages: readonly Stage[]): string {
  if (stages.length === 0) return '';
  const lines = stages.map(
    (stage) =>
      `  ${stage.state.padEnd(8)} ${count(stage.number)}  ${countOf(stage.files, 'file')}${stage.checkpoint === null ? '' : `, checkpoint ${stage.checkpoint}`}\n`,
  );
  return `${terminal.colors.bold('Stages')}\n${lines.join('')}`;
}

/** The checkpoints that a run has reached, oldest first. */
export function renderCheckpoints(terminal: Terminal, checkpoints: readonly Checkpoint[]): string {
  if (checkpoints.length === 0) return '  no checkpoint reached yet\n';
  const right = { align: 'right' as const };
  return renderTable(terminal, {
    columns: [
      { title: 'checkpoint', cells: 'whole' },
      { title: 'stands' },
      { title: 'at' },
      { title: 'rows', ...right },
      { title: 'objects', ...right },
      { title: 'drifted', ...right },
      { title: 'what is true there' },
    ],
    rows: checkpoints.map((checkpoint) => [
      checkpoint.name,
      checkpoint.label,
      moment(checkpoint.at),
      count(checkpoint.rowsDone),
      count(checkpoint.objectsDone),
      count(checkpoint.drifted),
      checkpoint.truth,
    ]),
  });
}

/** Where a run waits, how much is left, and both ways on. */
export function renderWaiting(run: RunDetail): string {
  if (run.undoneBy !== null) return `  taken back by run ${run.undoneBy}; the run is closed\n`;
  return [
    `  waits at checkpoint ${orDash(waitsAt(run))}; ${countOf(filesLeft(run), 'file')} not touched yet, and no lease is held\n`,
    `  to go on: unwind resume ${run.runId}\n`,
    `  to take it back: unwind undo ${run.runId}\n`,
  ].join('');
}

/** Files of the stages that have not begun. */
export function filesLeft(run: RunDetail): number {
  return run.stages
    .filter((stage) => stage.state === 'waiting')
    .reduce((sum, stage) => sum + stage.files, 0);
}

/** The checkpoint at which a run waits; `null` for one that does not. */
export function waitsAt(run: RunDetail): string | null {
  if (run.state !== 'at-checkpoint') return null;
  return run.stages.findLast((stage) => stage.state === 'done')?.checkpoint ?? null;
}

import { assertNever } from '../../shared/domain/operator-error.ts';
import type { HeldReason, PlanKind, PlanSummary } from '../../shared/domain/plan.ts';
import { bytesText, exactBytesText } from '../format/bytes.ts';
import { countOf, countText } from '../format/count.ts';

/** A kind of plan as a noun. */
export function kindWord(kind: PlanKind): string {
  switch (kind) {
    case 'rollback':
      return 'Rollback';
    case 'undo':
      return 'Undo';
    case 'purge':
      return 'Purge';
    case 'drop-columns':
      return 'Drop of columns';
    case 'restore':
      return 'Restore';
    default:
      return assertNever(kind);
  }
}

/** How many files the plan changes. `filesToChange` of the counts is about rows of the table `files`. */
export function changedFileCount(plan: PlanSummary): number {
  return plan.counts.records - plan.counts.held - plan.counts.untouched;
}

/** What executing the plan does, as a button: the verb, the object and its extent. */
export function actionText(plan: PlanSummary): string {
  const { counts } = plan;
  switch (plan.kind) {
    case 'rollback':
      return `Roll back ${countOf(changedFileCount(plan), 'file')}`;
    case 'undo':
      return `Undo the rollback of ${countOf(changedFileCount(plan), 'file')}`;
    case 'purge':
      return `Purge ${countOf(counts.objectsToMove, 'object')}`;
    case 'drop-columns':
      return `Drop ${countOf(counts.rowsToChange, 'column')}`;
    case 'restore':
      return `Restore ${countOf(changedFileCount(plan), 'file')}`;
    default:
      return assertNever(plan.kind);
  }
}

/** What follows from executing the plan, in one or two sentences, for the confirmation. */
export function consequenceText(plan: PlanSummary): string {
  const { counts } = plan;
  const rows = countOf(counts.rowsToChange, 'row');
  const moved = countOf(counts.objectsToMove, 'object');
  const objects = `${moved} (${bytesText(counts.bytesToFree)})`;
  switch (plan.kind) {
    case 'rollback':
      return rollbackConsequence({ plan, rows, objects });
    case 'undo':
      return `${rows} get back the values from before the rollback and ${moved} come back from quarantine. Anything newer stays as it is.`;
    case 'purge':
      return `${objects} are deleted from quarantine for good. After that the rollback cannot be undone.`;
    case 'restore':
      return `${rows} get back the values that ${restoreSourceText(plan)} kept. No object is touched. It can be undone.`;
    case 'drop-columns':
      return `${countOf(counts.rowsToChange, 'empty column goes', 'empty columns go')} from ${plan.columnDrop?.table ?? 'the file table'}. After that Unwind no longer recognises the migration, and nothing of it can be undone.`;
    default:
      return assertNever(plan.kind);
  }
}

/** Where a restore takes its values from, as a noun with its moment. */
function restoreSourceText({ restoreSource }: PlanSummary): string {
  if (restoreSource === undefined) return 'the snapshot';
  const { kind, takenAt } = restoreSource;
  return `the ${kind}${takenAt === null ? '' : ` of ${takenAt.slice(0, 16).replace('T', ' ')} UTC`}`;
}

function rollbackConsequence(parts: {
  readonly plan: PlanSummary;
  readonly rows: string;
  readonly objects: string;
}): string {
  const { plan, rows, objects } = parts;
  const undoable = 'It can be undone until the quarantine is purged.';
  if (plan.counts.objectsToMove === 0)
    return `${rows} are reset. No object is touched. It can be undone.`;
  if (plan.counts.rowsToChange === 0) {
    return `${objects} move from the bucket into quarantine. No row is touched. ${undoable}`;
  }
  return `${rows} are reset, then ${objects} move from the bucket into quarantine. ${undoable}`;
}

/** A figure of the summary: what is counted, how much, and the words beneath. */
export interface FigureWords {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  /** The exact figure, for hover. */
  readonly title?: string;
}

/** The figures of a plan, most important first. */
export function planFigures(plan: PlanSummary): readonly FigureWords[] {
  const { counts } = plan;
  const rows = countText(counts.rowsToChange);
  const objects = countText(counts.objectsToMove);
  const held = {
    label: 'Files held',
    value: countText(counts.held),
    note: counts.held === 0 ? 'no guard holds a file' : 'row and object stay as they are',
  };
  switch (plan.kind) {
    case 'rollback':
      return [
        { label: 'Rows reset', value: rows, note: 'compared with the planned values first' },
        { label: 'Objects quarantined', value: objects, note: 'copied and verified, then deleted' },
        bytesFigure({
          label: 'Bytes moved',
          plan,
          note: 'into quarantine; freed when it is purged',
        }),
        held,
      ];
    case 'undo':
      return [
        { label: 'Rows restored', value: rows, note: 'to the values before the rollback' },
        { label: 'Objects restored', value: objects, note: 'from quarantine, to their old keys' },
        held,
      ];
    case 'purge':
      return [
        { label: 'Objects purged', value: objects, note: 'deleted from quarantine for good' },
        bytesFigure({ label: 'Freed for good', plan, note: 'size of the quarantine copies' }),
        held,
      ];
    case 'restore':
      return [
        {
          label: 'Rows restored',
          value: rows,
          note: `to the values in ${restoreSourceText(plan)}`,
        },
        { label: 'Files as kept', value: countText(counts.untouched), note: 'nothing to do' },
        held,
      ];
    case 'drop-columns':
      return [
        { label: 'Columns dropped', value: rows, note: 'each looked at again right before' },
        {
          label: 'Rows in the table',
          value: countText(plan.columnDrop?.rowCount ?? 0),
          note: 'they stay, with every other column',
        },
      ];
    default:
      return assertNever(plan.kind);
  }
}

function bytesFigure(about: {
  readonly label: string;
  readonly plan: PlanSummary;
  readonly note: string;
}): FigureWords {
  const { bytesToFree } = about.plan.counts;
  return {
    label: about.label,
    value: bytesText(bytesToFree),
    title: exactBytesText(bytesToFree),
    note: about.note,
  };
}

/** What the step track says about the point of no return. */
export function pointOfNoReturnText(plan: PlanSummary): string {
  const step = plan.steps.find((candidate) => candidate.pointOfNoReturn);
  if (step !== undefined) {
    return `“${step.title}” is the point of no return: what it ${plan.kind === 'drop-columns' ? 'drops' : 'deletes'} cannot be brought back by Unwind.`;
  }
  if (plan.kind === 'restore') return 'No step is a point of no return: the restore can be undone.';
  if (plan.kind === 'undo')
    return 'No step is a point of no return: the same rollback can be planned again.';
  return 'No step is a point of no return. The purge of the quarantine is one: a plan of its own, made later.';
}

/** What the plan knows by proof, and how many files it knows nothing of. */
export function proofText(plan: PlanSummary): string {
  const { unproved } = plan.counts;
  if (unproved > 0) return `${countOf(unproved, 'file')} that would change could not be proved.`;
  switch (plan.kind) {
    case 'rollback':
      return 'No object goes without proof that its content exists elsewhere.';
    case 'undo':
      return 'Every object to restore was found in quarantine.';
    case 'purge':
      return 'No quarantine copy goes without proof that its content exists elsewhere.';
    case 'restore':
      return plan.restoreSource?.verified ?? 'The snapshot was verified whole before the plan.';
    case 'drop-columns':
      return 'No column goes while a row has a value in it.';
    default:
      return assertNever(plan.kind);
  }
}

/** A reason for holding a file, in a few words. */
export function heldReasonWord(reason: HeldReason): string {
  return HELD_REASON_WORDS[reason];
}

const HELD_REASON_WORDS: Record<HeldReason, string> = {
  'original-missing': 'Original is gone',
  'original-different': 'Original has other content',
  'original-unknown': 'Original cannot be proved',
  'object-overwritten': 'Object overwritten since the migration',
  'object-unknown': 'Object cannot be proved',
  'row-points-elsewhere': 'Row points to another object',
  'row-claimed': 'Row belongs to another record too',
  'path-escapes': 'Path leaves the originals folder',
  'newer-object': 'A newer object is at the key',
  'row-moved': 'Row changed since',
  'quarantine-missing': 'Quarantine copy is gone',
  'row-gone': 'Row is gone',
  'record-differs': 'Id means another file now',
  'object-missing': 'Object is gone',
  'object-in-quarantine': 'Object is in quarantine',
  'values-unproved': 'Values are not proved',
};

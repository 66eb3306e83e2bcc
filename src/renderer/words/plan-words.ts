import { assertNever } from '../../shared/domain/operator-error.ts';
import type { HeldReason, PlanKind, PlanSummary } from '../../shared/domain/plan.ts';
import { bytesText } from '../format/bytes.ts';
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
    default:
      return assertNever(kind);
  }
}

/** What executing the plan does, as a button: the verb, the object and its extent. */
export function actionText(plan: PlanSummary): string {
  const { counts } = plan;
  switch (plan.kind) {
    case 'rollback':
      return `Roll back ${countOf(counts.filesToChange, 'file')}`;
    case 'undo':
      return `Undo the rollback of ${countOf(counts.filesToChange, 'file')}`;
    case 'purge':
      return `Purge ${countOf(counts.objectsToMove, 'object')}`;
    default:
      return assertNever(plan.kind);
  }
}

/** What follows from executing the plan, in one or two sentences, for the confirmation. */
export function consequenceText(plan: PlanSummary): string {
  const { counts } = plan;
  const rows = countOf(counts.rowsToChange, 'row');
  const objects = `${countOf(counts.objectsToMove, 'object')} (${bytesText(counts.bytesToFree)})`;
  switch (plan.kind) {
    case 'rollback':
      return rollbackConsequence({ plan, rows, objects });
    case 'undo':
      return `${rows} get back the values from before the rollback and ${objects} come back from quarantine. Anything newer stays as it is.`;
    case 'purge':
      return `${objects} are deleted from quarantine for good. After that the rollback cannot be undone.`;
    default:
      return assertNever(plan.kind);
  }
}

function rollbackConsequence(parts: {
  readonly plan: PlanSummary;
  readonly rows: string;
  readonly objects: string;
}): string {
  const { plan, rows, objects } = parts;
  const undoable = 'It can be undone until the quarantine is purged.';
  if (plan.counts.objectsToMove === 0) return `${rows} are reset. No object is touched. It can be undone.`;
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
}

/** The four figures of a plan. */
export function planFigures(plan: PlanSummary): readonly FigureWords[] {
  const { counts } = plan;
  const words = FIGURE_WORDS[plan.kind];
  return [
    { label: words.rows, value: countText(counts.rowsToChange), note: words.rowsNote },
    { label: words.objects, value: countText(counts.objectsToMove), note: words.objectsNote },
    { label: words.bytes, value: bytesText(counts.bytesToFree), note: words.bytesNote },
    {
      label: 'Files held',
      value: countText(counts.held),
      note: counts.held === 0 ? 'no guard holds a file' : 'row and object stay as they are',
    },
  ];
}

const FIGURE_WORDS = {
  rollback: {
    rows: 'Rows reset',
    rowsNote: 'compared with the planned values first',
    objects: 'Objects quarantined',
    objectsNote: 'copied and verified, then deleted',
    bytes: 'Freed in the bucket',
    bytesNote: 'kept in quarantine until it is purged',
  },
  undo: {
    rows: 'Rows restored',
    rowsNote: 'to the values before the rollback',
    objects: 'Objects restored',
    objectsNote: 'from quarantine, to their old keys',
    bytes: 'Back in the bucket',
    bytesNote: 'from quarantine',
  },
  purge: {
    rows: 'Rows changed',
    rowsNote: 'a purge touches no row',
    objects: 'Objects purged',
    objectsNote: 'deleted from quarantine for good',
    bytes: 'Freed for good',
    bytesNote: 'no copy remains in the bucket',
  },
} as const satisfies Record<PlanKind, unknown>;

/** What the step track says about the point of no return. */
export function pointOfNoReturnText(plan: PlanSummary): string {
  const step = plan.steps.find((candidate) => candidate.pointOfNoReturn);
  if (step !== undefined) {
    return `“${step.title}” is the point of no return: what it deletes cannot be brought back by Unwind.`;
  }
  if (plan.kind === 'undo') return 'No step is a point of no return: the same rollback can be planned again.';
  return 'No step is a point of no return. The purge of the quarantine is: a separate plan, made later.';
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
  'object-missing': 'Object is not in the bucket',
  'row-points-elsewhere': 'Row points to another object',
  'row-claimed': 'Row belongs to another record too',
  'path-escapes': 'Path leaves the originals folder',
  'newer-object': 'A newer object is at the key',
  'row-moved': 'Row changed since',
  'quarantine-missing': 'Quarantine copy is gone',
};

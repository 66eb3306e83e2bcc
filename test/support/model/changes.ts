import { createHash } from 'node:crypto';
import type { ScopeMode } from '../../../src/shared/domain/scope.ts';
import { type ModelRow, type ModelWorld, originalOf } from './model-world.ts';

/** Stands in a predicted row for the moment of the run. */
const RUN_MOMENT = '<moment of the run>';

/** How a record changes and, where its file row points at its object, that row with it. */
export interface RowChange {
  readonly before: ModelRow;
  readonly after: ModelRow;
  readonly parts: 'record' | 'record and file';
}

/** What a plan may do to the world, and nothing else: predicted from the model, never read from the plan. */
export interface Changes {
  readonly rows: ReadonlyMap<string, RowChange>;
  /** Objects that go, by key, with the key of their copy and the file whose original proves them. */
  readonly removes: ReadonlyMap<string, { readonly copyKey: string; readonly fileId: string }>;
  /** Objects that come back, by key, with the key of their copy. */
  readonly restores: ReadonlyMap<string, string>;
  /** Quarantine copies that go for good, with the key and the file that they belong to. */
  readonly purges: ReadonlyMap<string, { readonly key: string; readonly fileId: string }>;
  /** Files, objects and batches that the plan looks at, those that it holds included: who changes them comes in its way. */
  readonly watched: ReadonlySet<string>;
}

const NO_CHANGES: Changes = {
  rows: new Map(),
  removes: new Map(),
  restores: new Map(),
  purges: new Map(),
  watched: new Set(),
};

/** Which records a rollback is about. */
export type Selection =
  | { readonly full: true }
  | { readonly batchId: string }
  | { readonly userId: string };

/** What a rollback is asked for. */
export interface ModelScope {
  readonly select: Selection;
  readonly mode: ScopeMode;
}

function isSelected(row: ModelRow, select: Selection): boolean {
  if ('full' in select) return true;
  return 'batchId' in select ? row.batchId === select.batchId : row.userId === select.userId;
}

/** What is known of one record in scope. */
interface Judged {
  readonly row: ModelRow;
  readonly held: boolean;
  readonly resets: boolean;
  readonly moves: boolean;
}

const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);

/** Predicts a rollback by the rules of ARCHITECTURE, "What decides the fate of a file"; `undefined`: the scope holds nothing. */
export function predictRollback(
  world: ModelWorld,
  { select, mode }: ModelScope,
): ((copyKeyOf: (key: string) => string) => Changes) | undefined {
  const selected = [...world.rows.values()].filter((row) => isSelected(row, select));
  if (selected.length === 0) return undefined;
  const items = selected
    .filter((row) => mode === 'r2-only' || row.status !== 'rolled_back')
    .map((row) => judge(world, row, mode));
  const removers = removersOf(world, items);
  return (copyKeyOf) => ({
    ...NO_CHANGES,
    watched: new Set(items.flatMap(({ row }) => namesOf(row))),
    rows: new Map(items.filter(({ resets }) => resets).map(({ row }) => [row.id, resetOf(row)])),
    removes: new Map(removers.map(({ id, key }) => [key, { copyKey: copyKeyOf(key), fileId: id }])),
  });
}

function judge(world: ModelWorld, row: ModelRow, mode: ScopeMode): Judged {
  const object = mode === 'database-only' ? undefined : world.objects.get(row.key);
  const points = row.fileKey === row.key;
  const leaves = { row, held: true, resets: false, moves: false };
  if (mode !== 'r2-only' && MIGRATED.has(row.status) && row.fileKey !== null && !points)
    return leaves;
  const needsOriginal = object !== undefined || (mode !== 'r2-only' && points);
  const original = world.originals.get(row.path);
  if (needsOriginal) {
    if (original === undefined) return leaves;
    const isProved =
      row.recorded === null ? original === object?.body : sha256(original) === row.recorded;
    if (!isProved) return leaves;
  }
  const isBrokenUpload = !points && !MIGRATED.has(row.status) && row.status !== 'rolled_back';
  if (object !== undefined && object.body !== original && !isBrokenUpload) return leaves;
  return {
    row,
    held: false,
    resets: mode !== 'r2-only' && row.status !== 'rolled_back',
    moves: object !== undefined,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The records that carry an object to the quarantine: one for each object that nobody outside, and no held one, needs. */
function removersOf(world: ModelWorld, items: readonly Judged[]): readonly ModelRow[] {
  const inPlan = new Set(items.map(({ row }) => row.id));
  const needed = new Set([
    ...world.strangers.values(),
    ...items.filter(({ held }) => held).map(({ row }) => row.key),
  ]);
  for (const row of world.rows.values()) {
    // A row of the plan speaks only for its own object; it may point at another one's by now.
    if (!inPlan.has(row.id) && row.status !== 'rolled_back') needed.add(row.key);
    if (!inPlan.has(row.id) || row.fileKey !== row.key) needed.add(row.fileKey);
  }
  const removers = new Map<string, ModelRow>();
  for (const { row, moves } of items) {
    if (moves && !needed.has(row.key) && !removers.has(row.key)) removers.set(row.key, row);
  }
  return [...removers.values()];
}

function namesOf(row: ModelRow): readonly string[] {
  return [row.id, row.key, row.batchId, ...(row.fileKey === null ? [] : [row.fileKey])];
}

function resetOf(row: ModelRow): RowChange {
  const after = { ...row, status: 'rolled_back', completedAt: RUN_MOMENT };
  if (row.fileKey !== row.key) return { before: row, after, parts: 'record' };
  const file = { fileKey: null, fileChecksum: null, updatedAt: RUN_MOMENT };
  return { before: row, after: { ...after, ...file }, parts: 'record and file' };
}

/** Predicts an undo from what a run did; `moment`: what that run wrote for its moment. */
export function predictUndo(done: Changes, moment: string): Changes {
  return {
    ...NO_CHANGES,
    watched: done.watched,
    rows: new Map(
      [...done.rows].map(([id, { before, after, parts }]) => [
        id,
        { before: withMoment(after, moment), after: before, parts },
      ]),
    ),
    restores: new Map([...done.removes].map(([key, { copyKey }]) => [key, copyKey])),
  };
}

/** Predicts a purge: each copy that is there and whose content is its original's, or that of the object at its key. */
export function predictPurge(world: ModelWorld, done: Changes): Changes {
  const purges = [...done.removes].filter(([key, { copyKey, fileId }]) => {
    const content = world.quarantine.get(copyKey);
    return content !== undefined && existsElsewhere(world, { key, fileId, content });
  });
  return {
    ...NO_CHANGES,
    watched: new Set(
      purges.flatMap(([, { fileId }]) => {
        const row = world.rows.get(fileId);
        return row === undefined ? [] : [originalOf(row)];
      }),
    ),
    purges: new Map(purges.map(([key, { copyKey, fileId }]) => [copyKey, { key, fileId }])),
  };
}

/** Whether a content is at the original of its file or at its key. */
export function existsElsewhere(
  world: ModelWorld,
  copy: { readonly key: string; readonly fileId: string; readonly content: string },
): boolean {
  const path = world.rows.get(copy.fileId)?.path ?? '';
  return (
    world.originals.get(path) === copy.content || world.objects.get(copy.key)?.body === copy.content
  );
}

/** A predicted row once it is known when its run was. */
export function withMoment(row: ModelRow, moment: string): ModelRow {
  const known = (value: string | null): string | null => (value === RUN_MOMENT ? moment : value);
  return { ...row, completedAt: known(row.completedAt), updatedAt: known(row.updatedAt) };
}

/** Whether the part of a row that a change is about holds these values. */
export function holds(
  row: ModelRow | undefined,
  values: ModelRow,
  parts: RowChange['parts'],
): boolean {
  if (row === undefined) return false;
  return (
    row.status === values.status &&
    row.completedAt === values.completedAt &&
    (parts === 'record' || hasSameFile(row, values))
  );
}

/** Whether the file parts of two rows are the same. */
export function hasSameFile(left: ModelRow, right: ModelRow): boolean {
  return (
    left.fileKey === right.fileKey &&
    left.fileChecksum === right.fileChecksum &&
    left.updatedAt === right.updatedAt
  );
}

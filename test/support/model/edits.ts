import fc from 'fast-check';
import { STRANGER } from './file-seeds.ts';
import { count, type Model } from './model.ts';
import type { ModelBench } from './model-bench.ts';
import { type ModelRow, originalOf } from './model-world.ts';

/** What somebody else does to the world while Unwind does not look, or looks. */
export const EDIT_KINDS = [
  'record changed',
  'file row changed',
  'row points at its object again',
  'row points at another object',
  'stranger points at the object',
  'stranger points nowhere',
  'object replaced',
  'object put again',
  'object removed',
  'object put where none was',
  'original removed',
  'original changed',
  'original put back',
  'copy removed',
] as const;

/** An edit, and by number whom it is about. */
export interface Edit {
  readonly kind: (typeof EDIT_KINDS)[number];
  readonly pick: number;
}

export const edits: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...EDIT_KINDS),
  pick: fc.nat({ max: 7 }),
});

/** Does an edit and tells the names of what it touched; `undefined`: there was nothing to edit, or Unwind writes at this moment. */
export function makeEdit(
  model: Model,
  bench: ModelBench,
  { kind, pick }: Edit,
): ReadonlySet<string> | undefined {
  const world = bench.world();
  const rows = [...world.rows.values()];
  const row = rows[pick % rows.length];
  if (row === undefined) return undefined;
  model.edits += 1;
  const touched = editsOf({
    bench,
    row,
    other: rows[(pick + 1) % rows.length] ?? row,
    token: `edit ${String(model.edits)}`,
    world,
  })[kind]();
  if (touched !== undefined) count(model, kind);
  return touched === undefined ? undefined : new Set(touched);
}

type Touched = readonly string[] | undefined;

function editsOf(scene: {
  readonly bench: ModelBench;
  readonly row: ModelRow;
  readonly other: ModelRow;
  readonly token: string;
  readonly world: ReturnType<ModelBench['world']>;
}): Readonly<Record<Edit['kind'], () => Touched>> {
  const { bench, row, other, token, world } = scene;
  const { id, key, path } = row;
  const hasObject = world.objects.has(key);
  const sql = (names: Touched, ...statement: Parameters<ModelBench['sql']>): Touched =>
    bench.sql(...statement) === 'done' ? names : undefined;
  const pointAt = (target: string): Touched =>
    sql(
      [id, key, target, ...(row.fileKey === null ? [] : [row.fileKey])],
      'UPDATE files SET r2_key = ?, checksum = ? WHERE id = ?',
      target,
      token,
      id,
    );
  const stranger = (target: string | null): Touched =>
    sql(
      [...world.strangers.values(), target].filter((name) => name !== null),
      'UPDATE files SET r2_key = ? WHERE id = ?',
      target,
      STRANGER,
    );
  const put = (body: string): Touched => {
    bench.bucket.put({ key, body });
    return [key];
  };
  const original = (content: string | null): Touched => {
    bench.writeOriginal(path, content);
    return [originalOf(row)];
  };
  return {
    'record changed': () =>
      sql(
        [id, key, row.batchId],
        "UPDATE file_migrations SET status = 'verified', completed_at = ? WHERE file_id = ?",
        token,
        id,
      ),
    'file row changed': () =>
      sql(
        [id, key],
        'UPDATE files SET checksum = ?, updated_at = ? WHERE id = ?',
        token,
        token,
        id,
      ),
    'row points at its object again': () => pointAt(key),
    'row points at another object': () => pointAt(other.key),
    'stranger points at the object': () => stranger(key),
    'stranger points nowhere': () => stranger(null),
    'object replaced': () => (hasObject ? put(token) : undefined),
    'object put again': () => (hasObject ? put(world.objects.get(key)?.body ?? '') : undefined),
    'object removed': () => {
      if (!hasObject) return undefined;
      bench.bucket.remove(key);
      return [key];
    },
    'object put where none was': () => (hasObject ? undefined : put(token)),
    'original removed': () => original(null),
    'original changed': () => original(token),
    'original put back': () => original(`content of ${key}`),
    'copy removed': () => {
      const copyKey = [...world.quarantine.keys()].find((name) => name.endsWith(`/${key}`));
      if (copyKey === undefined) return undefined;
      bench.bucket.remove(copyKey);
      return [copyKey, key];
    },
  };
}

/** Whether it changes one row, and nothing that anybody points at. */
export function isOfRowOnly({ kind }: Edit): boolean {
  return kind === 'record changed' || kind === 'file row changed';
}

/**
 * Between the last look at what points at an object, or at the object itself, and its delete nobody can be noticed any more
 * (ARCHITECTURE, "What cannot be closed"): an edit there proves nothing.
 */
export function isInBlindSpot({ kind }: Edit, point: string): boolean {
  const pointsAtObject = kind.includes('points at');
  const isBeforeDelete = /^(delete|purge)\.(before|after)-intent$|^delete-request\.before/.test(
    point,
  );
  return pointsAtObject ? isBeforeDelete : point.startsWith('delete-request.before');
}

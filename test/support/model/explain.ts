import { type Changes, existsElsewhere, hasSameFile, holds, withMoment } from './changes.ts';
import { contentsOf, type ModelWorld } from './model-world.ts';

/** What somebody was allowed to do between two looks at the world. */
export interface Allowed {
  readonly changes: Changes;
  /** The world as the plan saw it. */
  readonly seen: ModelWorld;
  /** What the run writes for its moment. */
  readonly moment: string;
  /** Rows that may come to point at nothing: a rollback of objects only leaves them so, on purpose. */
  readonly leavesDangling: boolean;
}

/**
 * Finds everything that happened between two looks and that nobody was allowed to do. Empty: each difference is a planned step from
 * the planned value, and nothing that anybody needs is gone.
 */
export function unexplained(
  before: ModelWorld,
  after: ModelWorld,
  allowed: readonly Allowed[],
): readonly string[] {
  return [
    ...rowFaults(before, after, allowed),
    ...objectFaults(before, after, allowed),
    ...copyFaults(before, after, allowed),
    ...danglingFaults(before, after, allowed),
    ...differing(before.originals, after.originals).map((path) => `original ${path} changed`),
    ...differing(before.strangers, after.strangers).map((id) => `file row ${id} changed`),
    ...batchFaults(before, after, allowed),
    ...[...contentsOf(before)]
      .filter((content) => !contentsOf(after).has(content))
      .map((content) => `the last copy of “${content}” is gone`),
  ];
}

function rowFaults(
  before: ModelWorld,
  after: ModelWorld,
  allowed: readonly Allowed[],
): readonly string[] {
  return differing(before.rows, after.rows)
    .filter(
      (id) =>
        !allowed.some(({ changes, moment }) => {
          const change = changes.rows.get(id);
          const [was, is] = [before.rows.get(id), after.rows.get(id)];
          if (change === undefined || was === undefined || is === undefined) return false;
          return (
            holds(was, change.before, change.parts) &&
            holds(is, withMoment(change.after, moment), change.parts) &&
            (change.parts === 'record and file' || hasSameFile(was, is))
          );
        }),
    )
    .map((id) => `row ${id} became ${JSON.stringify(after.rows.get(id))}`);
}

function objectFaults(
  before: ModelWorld,
  after: ModelWorld,
  allowed: readonly Allowed[],
): readonly string[] {
  return differing(before.objects, after.objects).flatMap((key) => {
    const was = before.objects.get(key);
    const is = after.objects.get(key);
    const isExplained = allowed.some(({ changes, seen }) => {
      const removal = changes.removes.get(key);
      if (is === undefined && removal !== undefined) {
        return (
          same(was, seen.objects.get(key)) && after.quarantine.get(removal.copyKey) === was?.body
        );
      }
      const copyKey = changes.restores.get(key);
      if (was !== undefined || copyKey === undefined) return false;
      return is?.body === before.quarantine.get(copyKey);
    });
    return isExplained
      ? []
      : [`object ${key}: ${was?.body ?? 'none'} became ${is?.body ?? 'none'}`];
  });
}

function copyFaults(
  before: ModelWorld,
  after: ModelWorld,
  allowed: readonly Allowed[],
): readonly string[] {
  return differing(before.quarantine, after.quarantine).flatMap((copyKey) => {
    const was = before.quarantine.get(copyKey);
    const is = after.quarantine.get(copyKey);
    const isExplained = allowed.some(({ changes, seen }) => {
      if (was === undefined) {
        return [...changes.removes].some(
          ([key, removal]) => removal.copyKey === copyKey && is === seen.objects.get(key)?.body,
        );
      }
      const purge = changes.purges.get(copyKey);
      return (
        is === undefined &&
        purge !== undefined &&
        existsElsewhere(after, { ...purge, content: was })
      );
    });
    return isExplained ? [] : [`copy ${copyKey}: ${was ?? 'none'} became ${is ?? 'none'}`];
  });
}

/** Rows that point at an object which was there before and is gone now. */
function danglingFaults(
  before: ModelWorld,
  after: ModelWorld,
  allowed: readonly Allowed[],
): readonly string[] {
  const pointers = [
    ...[...after.rows.values()].map(({ id, fileKey }) => [id, fileKey] as const),
    ...after.strangers,
  ];
  return pointers
    .filter(([id, key]) => {
      if (key === null || !before.objects.has(key) || after.objects.has(key)) return false;
      const row = after.rows.get(id);
      return !allowed.some(
        ({ leavesDangling, changes }) =>
          leavesDangling && changes.removes.has(key) && row?.key === key,
      );
    })
    .map(([id, key]) => `row ${id} points at ${String(key)}, which is gone`);
}

function batchFaults(
  before: ModelWorld,
  after: ModelWorld,
  allowed: readonly Allowed[],
): readonly string[] {
  const named = new Set(
    allowed.flatMap(({ changes }) => [...changes.rows.values()].map((one) => one.before.batchId)),
  );
  return differing(before.batches, after.batches)
    .filter((batchId) => before.batches.get(batchId)?.row !== after.batches.get(batchId)?.row)
    .filter((batchId) => !named.has(batchId))
    .map((batchId) => `batch ${batchId} changed`);
}

function differing<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !same(before.get(key), after.get(key)),
  );
}

/** What of a plan is not done although nobody came between: empty once every planned step is. */
export function undone(after: ModelWorld, { changes, moment }: Allowed): readonly string[] {
  const rows = [...changes.rows].filter(
    ([id, change]) => !holds(after.rows.get(id), withMoment(change.after, moment), change.parts),
  );
  return [
    ...rows.map(([id]) => `row ${id} is not changed: ${JSON.stringify(after.rows.get(id))}`),
    ...[...changes.removes.keys()]
      .filter((key) => after.objects.has(key))
      .map((key) => `object ${key} is still there`),
    ...[...changes.restores.keys()]
      .filter((key) => !after.objects.has(key))
      .map((key) => `object ${key} is not back`),
    ...[...changes.purges.keys()]
      .filter((copyKey) => after.quarantine.has(copyKey))
      .map((copyKey) => `copy ${copyKey} is still there`),
  ];
}

/** Whether two values of the model are the same, by what they hold. */
function same(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

/** Whether the world still holds what a plan saw of everything that it would change. */
export function isFresh(world: ModelWorld, plan: Pick<Allowed, 'changes' | 'seen'>): boolean {
  const { changes, seen } = plan;
  return (
    [...changes.rows].every(([id, { before, parts }]) =>
      holds(world.rows.get(id), before, parts),
    ) &&
    [...changes.removes.keys()].every((key) =>
      same(world.objects.get(key), seen.objects.get(key)),
    ) &&
    [...changes.restores.values(), ...changes.purges.keys()].every((copyKey) =>
      world.quarantine.has(copyKey),
    )
  );
}

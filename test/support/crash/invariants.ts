import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { CrashWorld, Row, Seen } from './crash-world.ts';
import { readRunFile, type SeenRunFile, unpaired } from './run-file-seen.ts';

/** What a world may look like, both normalised: as it was before the act, and as the act leaves it when nothing comes in between. */
export interface Bounds {
  readonly before: Seen;
  readonly goal: Seen;
}

/** The steps that may change a part of the world: without an intent of one of them it has to be as it was. */
const STEPS = {
  rows: ['reset-rows', 'restore-rows'],
  batches: ['update-batches'],
  copies: ['quarantine-objects', 'purge-objects'],
  objects: ['delete-objects', 'restore-objects'],
} as const;

/**
 * What a process that was killed may not leave behind, in words; empty when all is as it has to be. Everything is read past Unwind.
 */
export async function wrongAfterKill(
  world: CrashWorld,
  runFilePath: string,
  bounds: Bounds,
): Promise<readonly string[]> {
  const now = normalised(await world.look());
  const run = readRunFile(runFilePath);
  return [
    ...wrongInRunFile(run),
    ...wrongWithoutIntent(run, now, bounds),
    ...wrongRows(now, bounds),
    ...wrongObjects(now, bounds),
    ...wrongOrder(now, bounds),
    ...wrongOutcomes(run, now, bounds),
    ...wrongSnapshot(world.home, run, isSame(now.records, bounds.before.records)),
    ...((await world.leaseIsFree()) ? [] : ['the lease is still held']),
  ];
}

/** What a world may not be once its run was finished. */
export async function wrongAtEnd(
  world: CrashWorld,
  runFilePath: string,
  bounds: Bounds,
): Promise<readonly string[]> {
  const now = normalised(await world.look());
  const run = readRunFile(runFilePath);
  const { intents, outcomes } = unpaired(run.journal);
  return [
    ...wrongInRunFile(run),
    ...(intents.length + outcomes.length === 0 ? [] : ['the journal is not settled']),
    ...differences('at the end', now, bounds.goal),
    ...((await world.leaseIsFree()) ? [] : ['the lease is still held at the end']),
  ];
}

/** Parts of two worlds that differ, in words. */
export function differences(when: string, now: Seen, expected: Seen): readonly string[] {
  return (['batches', 'records', 'files', 'objects', 'copies'] as const)
    .filter((part) => !isSame(now[part], expected[part]))
    .map(
      (part) =>
        `${when} ${part} are ${JSON.stringify(now[part])}, expected ${JSON.stringify(expected[part])}`,
    );
}

function wrongInRunFile(run: SeenRunFile): readonly string[] {
  const { intents, outcomes } = unpaired(run.journal);
  return [
    ...(run.integrity === 'ok' ? [] : [`the run file is damaged: ${run.integrity}`]),
    ...outcomes.map(({ step }) => `an outcome of ${step} has no intent`),
    ...(intents.length > 1 ? [`${String(intents.length)} intents are open at a time`] : []),
  ];
}

function wrongWithoutIntent(run: SeenRunFile, now: Seen, { before }: Bounds): readonly string[] {
  const intended = (steps: readonly string[]): boolean =>
    run.journal.some(({ kind, step }) => kind === 'intent' && steps.includes(step));
  const rowsMoved = !isSame(now.records, before.records) || !isSame(now.files, before.files);
  const moved: readonly (readonly [string, boolean, readonly string[]])[] = [
    ['rows', rowsMoved, STEPS.rows],
    ['batches', !isSame(now.batches, before.batches), STEPS.batches],
    ['objects', !isSame(now.objects, before.objects), STEPS.objects],
    ['copies', !isSame(now.copies, before.copies), STEPS.copies],
  ];
  return moved
    .filter(([, hasMoved, steps]) => hasMoved && !intended(steps))
    .map(([part]) => `${part} were changed without an intent`);
}

/** A chunk, here all rows, is entirely before or entirely after; so are the batches. */
function wrongRows(now: Seen, { before, goal }: Bounds): readonly string[] {
  const rows = (seen: Seen): unknown => [seen.records, seen.files];
  const isWhole = isSame(rows(now), rows(before)) || isSame(rows(now), rows(goal));
  const areBatchesWhole = isSame(now.batches, before.batches) || isSame(now.batches, goal.batches);
  return [
    ...(isWhole ? [] : [`rows are neither before nor after: ${JSON.stringify(rows(now))}`]),
    ...(areBatchesWhole
      ? []
      : [`batches are neither before nor after: ${JSON.stringify(now.batches)}`]),
  ];
}

/** Each object is as it was or as it will be, and no content is anywhere gone that was somewhere before. */
function wrongObjects(now: Seen, { before, goal }: Bounds): readonly string[] {
  const wrong: string[] = [];
  for (const part of ['objects', 'copies'] as const) {
    const keys = new Set([now, before, goal].flatMap((seen) => Object.keys(seen[part])));
    for (const key of keys) {
      const content = now[part][key];
      if (content !== before[part][key] && content !== goal[part][key]) {
        wrong.push(`${key} holds ${String(content)}, which it held neither before nor after`);
      }
    }
  }
  const left = new Set([
    ...Object.values(now.objects),
    ...Object.values(now.copies),
    ...now.originals,
  ]);
  for (const content of [...Object.values(before.objects), ...Object.values(before.copies)]) {
    if (!left.has(content)) wrong.push(`"${content}" exists nowhere any more`);
  }
  for (const [key, content] of Object.entries(before.objects)) {
    const isCopied = Object.values(now.copies).includes(content);
    if (now.objects[key] === undefined && !isCopied) wrong.push(`${key} went without a copy`);
  }
  return wrong;
}

/** Objects go only after their rows, and come back before them. */
function wrongOrder(now: Seen, { before, goal }: Bounds): readonly string[] {
  const pointsAt = (rows: readonly Row[]): Set<unknown> =>
    new Set(rows.map((row) => row['r2_key']));
  const goalPoints = pointsAt(goal.files);
  const beforePoints = pointsAt(before.files);
  return (
    [...pointsAt(now.files)]
      .filter((key): key is string => typeof key === 'string')
      .filter((key) => now.objects[key] === undefined)
      // A rollback of objects only leaves such rows on purpose, and its undo begins with them.
      .filter((key) => !(beforePoints.has(key) && goalPoints.has(key)))
      .map((key) => `a row points at ${key}, which is gone`)
  );
}

/** What the run file says was done is there. */
function wrongOutcomes(run: SeenRunFile, now: Seen, { goal }: Bounds): readonly string[] {
  const wrong: string[] = [];
  for (const item of normalised(run.items)) {
    const rowOf = (seen: Seen): unknown => seen.records.find(({ id }) => id === item.recordId);
    if (item.rowState === 'done' && !isSame(rowOf(now), rowOf(goal))) {
      wrong.push(`${item.recordId} is recorded as done and is not`);
    }
    const { objectKey, quarantineKey } = item;
    if (item.objectState === 'done' && objectKey !== null) {
      const asDue =
        isSame(now.objects[objectKey], goal.objects[objectKey]) &&
        isSame(now.copies[quarantineKey ?? ''], goal.copies[quarantineKey ?? '']);
      if (!asDue) wrong.push(`object ${objectKey} is recorded as done and is not`);
    }
    if (item.objectState === 'quarantined' && now.copies[quarantineKey ?? ''] === undefined) {
      wrong.push(`${String(quarantineKey)} is recorded as copied and is not there`);
    }
  }
  return wrong;
}

/** Rows are changed only once a snapshot is durable, and the one that the run file names can be read to its end. */
function wrongSnapshot(
  home: string,
  run: SeenRunFile,
  areRowsUntouched: boolean,
): readonly string[] {
  if (run.snapshotId === null) {
    return areRowsUntouched ? [] : ['rows were changed without a snapshot'];
  }
  const folder = join(home, 'snapshots', run.snapshotId);
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      readonly tables: readonly { readonly file: string; readonly sha256: string }[];
    };
    return manifest.tables.flatMap(({ file, sha256 }) => {
      const plain = zstdDecompressSync(readFileSync(join(folder, file)));
      const actual = createHash('sha256').update(plain).digest('hex');
      return actual === sha256 ? [] : [`${file} of the snapshot is not what its manifest says`];
    });
  } catch (error) {
    return [`snapshot ${run.snapshotId} cannot be read: ${String(error)}`];
  }
}

/** Moments that a run wrote: every one is the same for a whole run, but not from one run to the next. */
const MOMENT = /"20(?!24)\d\d-\d\d-\d\d[T ][\d:.]+(Z|[+-]\d\d(:?\d\d)?)?"/g;
/** Run ids are part of the keys of copies, and numbers of a process part of all keys. */
const RUN_ID = /[0-9A-HJKMNP-TV-Z]{26}/g;
const PREFIX = /\b[mp]\d+-\d+\//g;

/** What was seen, without what differs from one run of the same scenario to the next. */
export function normalised<T>(seen: T): T {
  const text = JSON.stringify(seen);
  return JSON.parse(
    text
      .replaceAll(MOMENT, '"<moment>"')
      .replaceAll(RUN_ID, '<run>')
      .replaceAll(PREFIX, '<world>/'),
  ) as T;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

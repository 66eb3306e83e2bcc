import pMap from 'p-map';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { BatchValues, ObjectFacts, RowValues } from '../../../shared/domain/plan.ts';
import type { Verification, VerificationCheck } from '../../../shared/domain/run.ts';
import { sameBatch } from '../plan/batch-after.ts';
import { statKeys } from '../plan/gather-facts.ts';
import { rowAddressOf, sameObject } from '../plan/row-address.ts';
import { sameRow } from '../plan/run-values.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { MigrationReader } from '../ports/migration-database.ts';
import type { RunFile, StoredItem, StoredPlan } from '../ports/run-file.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import type { OpenTarget } from '../ports/target.ts';
import { holdsAfter } from '../run/steps/verify-rows.ts';
import { verifyDrop } from './verify-drop.ts';

const CHUNK = 1_000;
/** How many objects are read at the same time. */
const CONCURRENCY = 8;
const MAX_EXAMPLES = 20;

/** What a verification needs: read-only ways to the world, and the run file that says what to expect. */
export interface VerificationContext {
  readonly runFile: RunFile;
  readonly target: OpenTarget;
  readonly snapshots: SnapshotStore;
  readonly clock: Clock;
  /** Whether the run's quarantine copies must still be there: a later purge rightly removed them. */
  readonly copies: 'kept' | 'purged';
  /** Called after each chunk with the number of items looked at. */
  readonly onProgress: (items: number) => void;
}

/** One question, counted over all items it applies to. */
interface Tally {
  readonly name: string;
  readonly question: string;
  expected: number;
  actual: number;
  readonly examples: string[];
}

type TallyName =
  | 'rows'
  | 'held'
  | 'waiting'
  | 'removed'
  | 'quarantined'
  | 'restored'
  | 'purged'
  | 'untouched';

const QUESTIONS: Readonly<Record<TallyName, string>> = {
  rows: 'changed rows hold exactly what was planned',
  held: 'held files: row and object are as they were',
  untouched: 'files the plan left alone are as they were',
  waiting: 'files of later stages were not touched by this run',
  removed: 'removed objects are gone (listed again)',
  quarantined: 'their quarantine copies are there, SHA-256 equal (read again)',
  restored: 'restored objects are there, SHA-256 equal (read again)',
  purged: 'purged copies are gone (listed again)',
};

function newTallies(): Record<TallyName, Tally> {
  const make = (name: TallyName): Tally => ({
    name,
    question: QUESTIONS[name],
    expected: 0,
    actual: 0,
    examples: [],
  });
  return {
    rows: make('rows'),
    held: make('held'),
    untouched: make('untouched'),
    waiting: make('waiting'),
    removed: make('removed'),
    quarantined: make('quarantined'),
    restored: make('restored'),
    purged: make('purged'),
  };
}

function count(tally: Tally, id: string, holds: 'holds' | 'differs'): void {
  tally.expected += 1;
  if (holds === 'holds') tally.actual += 1;
  else if (tally.examples.length < MAX_EXAMPLES) tally.examples.push(id);
}

function checkOf(tally: Tally): VerificationCheck {
  return {
    name: tally.name,
    result: tally.expected === tally.actual ? 'passed' : 'failed',
    expected: tally.expected,
    actual: tally.actual,
    sentence: `${String(tally.actual)} of ${String(tally.expected)}: ${tally.question}`,
    examples: tally.examples,
  };
}

/**
 * Verifies a run independently of the code that did it: re-reads every row and object that the plan was about, and those it had to
 * leave alone, and compares with the run file. Reads only; writes nothing, not even the result.
 */
export async function verifyRun(context: VerificationContext): Promise<Verification> {
  const plan = context.runFile.readPlan();
  if (plan.columnDrop !== undefined) return verifyDrop(context, plan.columnDrop);
  const tallies = newTallies();
  const reader = await context.target.database.openReader();
  try {
    await verifyItems(context, { plan, reader, tallies });
    const checks = [
      ...Object.values(tallies)
        .filter((tally) => tally.expected > 0)
        .map(checkOf),
      ...(await verifyBatches(context, reader)),
      ...(await verifySnapshot(context)),
    ];
    return {
      verifiedAt: nowIso(context.clock),
      passed: checks.every((check) => check.result !== 'failed'),
      checks,
    };
  } finally {
    await reader.close();
  }
}

async function verifyItems(
  context: VerificationContext,
  work: {
    readonly plan: StoredPlan;
    readonly reader: MigrationReader;
    readonly tallies: Record<TallyName, Tally>;
  },
): Promise<void> {
  const runTime = context.runFile.readRun().runTime ?? '';
  // An intent without an outcome leaves open what was done: then nothing can be said about what waits.
  const stagesLeft =
    context.runFile.stages().length > 0 && context.runFile.openIntents().length === 0;
  let afterSeq = 0;
  for (;;) {
    const items = context.runFile.pageItems({ filter: 'all', afterSeq, limit: CHUNK });
    const last = items.at(-1);
    if (last === undefined) return;
    const rows = await work.reader.readRows(items.map(rowAddressOf));
    const objects = await statKeys(
      context.target,
      items.flatMap((item) => objectKeysToCheck(item, work.plan)),
    );
    const contents = await readContents(context.target, items, objects);
    for (const item of items) {
      verifyRow(
        { item, row: rows.get(item.recordId), runTime, plan: work.plan, stagesLeft },
        work.tallies,
      );
      verifyObject(
        { item, objects, contents, plan: work.plan, copies: context.copies, stagesLeft },
        work.tallies,
      );
    }
    afterSeq = last.seq;
    context.onProgress(items.length);
    await context.clock.nextTurn();
  }
}

/** The key under which the content that an item moved must be now: its quarantine copy, or the restored object. */
function contentKeyOf(item: StoredItem): string | null {
  if (item.objectState !== 'done') return null;
  if (item.objectAction === 'quarantine-and-delete') return item.quarantineKey;
  return item.objectAction === 'restore' ? item.objectKey : null;
}

/** SHA-256 of what the items moved, by position, read to the last byte; an object that is not there has none. */
async function readContents(
  target: OpenTarget,
  items: readonly StoredItem[],
  objects: ReadonlyMap<string, ObjectFacts>,
): Promise<ReadonlyMap<number, string>> {
  const contents = new Map<number, string>();
  await pMap(
    items,
    async (item) => {
      const object = objects.get(contentKeyOf(item) ?? '');
      if (object === undefined) return;
      const { sha256 } = await target.objects.hash(object.key, { ifMatch: object.etag });
      contents.set(item.seq, sha256);
    },
    { concurrency: CONCURRENCY },
  );
  return contents;
}

function objectKeysToCheck(item: StoredItem, plan: StoredPlan): readonly string[] {
  // Rows-only plans never looked at the bucket, and a restore moves no object: there is nothing to compare objects with.
  if (plan.kind === 'restore') return [];
  if (plan.kind === 'rollback' && plan.scope.mode === 'database-only') return [];
  return [item.objectKey, item.quarantineKey].filter((key) => key !== null);
}

function verifyRow(
  fact: {
    readonly item: StoredItem;
    readonly row: RowValues | undefined;
    readonly runTime: string;
    readonly plan: StoredPlan;
    readonly stagesLeft: boolean;
  },
  tallies: Record<TallyName, Tally>,
): void {
  const { item, row, runTime, plan } = fact;
  if (plan.kind === 'purge') return;
  if (item.rowState === 'done') {
    const holds = holdsAfter(row, item, runTime);
    count(tallies.rows, item.recordId, holds ? 'holds' : 'differs');
    return;
  }
  if (item.verdict === 'change') {
    // Whether somebody else changed it is found when its stage begins; here the question is whether this run did.
    if (fact.stagesLeft && item.rowState === 'planned') {
      count(tallies.waiting, item.recordId, holdsAfter(row, item, runTime) ? 'differs' : 'holds');
    }
    return;
  }
  const tally = item.verdict === 'held' ? tallies.held : tallies.untouched;
  const isAsBefore =
    row === undefined ? item.held?.reason === 'row-gone' : sameRow(row, item.before);
  count(tally, item.recordId, isAsBefore ? 'holds' : 'differs');
}

function verifyObject(
  fact: {
    readonly item: StoredItem;
    readonly objects: ReadonlyMap<string, ObjectFacts>;
    readonly contents: ReadonlyMap<number, string>;
    readonly plan: StoredPlan;
    readonly copies: VerificationContext['copies'];
    readonly stagesLeft: boolean;
  },
  tallies: Record<TallyName, Tally>,
): void {
  const { item, objects, plan } = fact;
  const content = fact.contents.get(item.seq);
  const sameContent = content !== undefined && content === item.objectSha256 ? 'holds' : 'differs';
  const current = objects.get(item.objectKey ?? '');
  const copy = objects.get(item.quarantineKey ?? '');
  const id = item.objectKey ?? item.recordId;
  if (item.objectState === 'done') {
    switch (item.objectAction) {
      case 'quarantine-and-delete':
        count(tallies.removed, id, current === undefined ? 'holds' : 'differs');
        if (fact.copies === 'kept') count(tallies.quarantined, id, sameContent);
        return;
      case 'restore':
        count(tallies.restored, id, sameContent);
        return;
      case 'purge':
        count(tallies.purged, id, copy === undefined ? 'holds' : 'differs');
        return;
      case 'none':
      case 'keep-shared':
        return;
    }
  }
  if (fact.stagesLeft && item.objectState === 'planned') {
    count(tallies.waiting, id, current === undefined && copy !== undefined ? 'differs' : 'holds');
    return;
  }
  const keptObject =
    plan.kind === 'rollback' && item.object !== null && plan.scope.mode !== 'database-only';
  if (keptObject && (item.verdict === 'held' || item.objectAction === 'keep-shared')) {
    const same = current !== undefined && item.object !== null && sameObject(current, item.object);
    count(
      item.verdict === 'held' ? tallies.held : tallies.untouched,
      id,
      same ? 'holds' : 'differs',
    );
  }
}

async function verifyBatches(
  context: VerificationContext,
  reader: MigrationReader,
): Promise<readonly VerificationCheck[]> {
  const applied = context.runFile.appliedBatches();
  if (applied.size === 0) return [];
  const stored = await reader.readBatchValues([...applied.keys()]);
  const tally: Tally = {
    name: 'batches',
    question: 'batch rows hold the recomputed counters',
    expected: 0,
    actual: 0,
    examples: [],
  };
  for (const [batchId, values] of applied) {
    const current: BatchValues | undefined = stored.get(batchId);
    count(
      tally,
      batchId,
      current !== undefined && sameBatch(current, values) ? 'holds' : 'differs',
    );
  }
  return [checkOf(tally)];
}

async function verifySnapshot(context: VerificationContext): Promise<readonly VerificationCheck[]> {
  const { snapshotId } = context.runFile.readRun();
  if (snapshotId === null) return [];
  try {
    const manifest = await context.snapshots.verify(snapshotId);
    const rows = manifest.tables.reduce((sum, table) => sum + table.rowCount, 0);
    return [
      {
        name: 'snapshot',
        result: 'passed',
        expected: rows,
        actual: rows,
        sentence: `${String(rows)} rows of the snapshot read back, hashes equal`,
        examples: [],
      },
    ];
  } catch (error) {
    // Only a bad snapshot is a finding of the verification; anything else is a failure to verify.
    if (!(error instanceof OperatorError) || error.code !== 'SNAPSHOT_INVALID') throw error;
    return [
      {
        name: 'snapshot',
        result: 'failed',
        expected: 1,
        actual: 0,
        sentence: error.message,
        examples: [snapshotId],
      },
    ];
  }
}

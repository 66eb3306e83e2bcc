import type { RecoveryDecision } from '../../../shared/domain/run.ts';
import { statKeys } from '../plan/gather-facts.ts';
import { rowAddressOf } from '../plan/row-address.ts';
import { sameRow, withRunTime } from '../plan/run-values.ts';
import type { ItemUpdate, OpenIntent, RunFile, StoredItem } from '../ports/run-file.ts';
import { currentStage } from './checkpoints.ts';
import {
  batchDecision,
  type ChunkOf,
  columnDecision,
  copyDecision,
  type Found,
  purgeDecisions,
  removalDecisions,
  rowDecisions,
} from './decision-sentences.ts';
import type { RunContext } from './run-context.ts';

/** What is needed to find out what became of an intent: ways to read the world, and nothing to write with. */
export type SettlingContext = Pick<RunContext, 'target' | 'runTime'>;

/** What reading the world found out about one open intent. */
export interface Settlement {
  readonly updates: readonly ItemUpdate[];
  readonly decisions: readonly Pick<RecoveryDecision, 'decision' | 'sentence'>[];
  readonly found: Found;
  /** Items of which object and copy are both gone: what nobody can decide. */
  readonly lost: readonly StoredItem[];
}

/** The items that an intent is about: of a staged run none of a later stage, which lie between those of this one. */
export function itemsOfIntent(
  runFile: Pick<RunFile, 'pageItems' | 'stages'>,
  { firstSeq, lastSeq }: OpenIntent,
): readonly StoredItem[] {
  return runFile
    .pageItems({
      filter: 'all',
      afterSeq: firstSeq - 1,
      limit: lastSeq - firstSeq + 1,
      throughStage: currentStage(runFile.stages())?.number,
    })
    .filter((item) => item.seq <= lastSeq);
}

/** Finds out by reading what became of an intent without an outcome (invariant 6). Changes nothing. */
export function settleIntent(
  context: SettlingContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  switch (intent.step) {
    case 'reset-rows':
    case 'restore-rows':
      return settleRows(context, intent, items);
    case 'delete-objects':
      return settleDeletes(context, intent, items);
    case 'purge-objects':
      return settlePurges(context, intent, items);
    case 'drop-columns':
      return settleColumns(context, items);
    case 'update-batches':
      return Promise.resolve(doAgain(batchDecision(), 0));
    case 'snapshot':
    case 'restore-objects':
    case 'quarantine-objects':
    case 'verify-rows':
    case 'verify':
      return Promise.resolve(doAgain(copyDecision(chunkOf(intent), intent.step), items.length));
  }
}

function chunkOf({ firstSeq, lastSeq }: OpenIntent): ChunkOf {
  return { firstSeq, lastSeq };
}

/** Copies and batch rows are conditional or compare-and-set: doing them again finds what was done and verifies it. */
function doAgain(decision: Settlement['decisions'][number], notDone: number): Settlement {
  return { updates: [], decisions: [decision], found: { done: 0, notDone, unknown: 0 }, lost: [] };
}

async function settleRows(
  context: SettlingContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const open = items.filter((item) => item.rowState === 'planned');
  const reader = await context.target.database.openReader();
  try {
    const rows = await reader.readRows(open.map(rowAddressOf));
    const updates: ItemUpdate[] = [];
    let notDone = 0;
    let done = 0;
    for (const item of open) {
      const row = rows.get(item.recordId);
      if (row !== undefined && sameRow(row, withRunTime(item.after, context.runTime))) {
        done += 1;
        updates.push({ seq: item.seq, rowState: 'done' });
      } else if (row !== undefined && sameRow(row, item.before)) {
        notDone += 1;
      } else {
        updates.push({
          seq: item.seq,
          rowState: 'drifted',
          stateDetail: 'neither the planned value nor the one before it stands there',
        });
      }
    }
    const found = { done, notDone, unknown: open.length - done - notDone };
    return { updates, decisions: rowDecisions(chunkOf(intent), found), found, lost: [] };
  } finally {
    await reader.close();
  }
}

async function settleDeletes(
  context: SettlingContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const open = items.filter((item) => item.objectState === 'quarantined');
  const world = await statKeys(
    context.target,
    open.flatMap((item) => [item.objectKey, item.quarantineKey].filter((key) => key !== null)),
  );
  const gone = open.filter((item) => !world.has(item.objectKey ?? ''));
  const copied = gone.filter((item) => world.has(item.quarantineKey ?? ''));
  const lost = gone.filter((item) => !world.has(item.quarantineKey ?? ''));
  const found = {
    done: copied.length,
    notDone: open.length - gone.length,
    unknown: lost.length,
  };
  return {
    updates: [
      ...copied.map((item): ItemUpdate => {
        // The object cannot be measured any more; its copy holds the same bytes.
        const removedBytes = world.get(item.quarantineKey ?? '')?.sizeBytes ?? 0;
        return { seq: item.seq, objectState: 'done', removedBytes };
      }),
      ...lost.map(lostUpdate),
    ],
    decisions: removalDecisions(chunkOf(intent), found),
    found,
    lost,
  };
}

/** What becomes of an item whose object and copy are both gone. */
export function lostUpdate(item: StoredItem): ItemUpdate {
  return {
    seq: item.seq,
    objectState: 'drifted',
    stateDetail: 'the object and its quarantine copy are both gone',
  };
}

async function settlePurges(
  context: SettlingContext,
  intent: OpenIntent,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const open = items.filter((item) => item.objectState === 'planned');
  const world = await statKeys(
    context.target,
    open.map((item) => item.quarantineKey).filter((key) => key !== null),
  );
  const gone = open.filter((item) => !world.has(item.quarantineKey ?? ''));
  const found = { done: gone.length, notDone: open.length - gone.length, unknown: 0 };
  return {
    updates: gone.map((item): ItemUpdate => ({ seq: item.seq, objectState: 'done' })),
    decisions: purgeDecisions(chunkOf(intent), found),
    found,
    lost: [],
  };
}

/** A column that is gone was dropped: nobody but this run may, while it holds the lease, and an outsider's drop is the same. */
async function settleColumns(
  context: SettlingContext,
  items: readonly StoredItem[],
): Promise<Settlement> {
  const reader = await context.target.database.openReader();
  try {
    const left = new Set((await reader.readAddedColumns()).columns.map(({ name }) => name));
    const open = items.filter((item) => item.rowState === 'planned');
    const gone = open.filter((item) => !left.has(item.recordId));
    return {
      updates: gone.map((item): ItemUpdate => ({ seq: item.seq, rowState: 'done' })),
      decisions: open.map((item) =>
        columnDecision(item.recordId, left.has(item.recordId) ? 'there' : 'gone'),
      ),
      found: { done: gone.length, notDone: open.length - gone.length, unknown: 0 },
      lost: [],
    };
  } finally {
    await reader.close();
  }
}

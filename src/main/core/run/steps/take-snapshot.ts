import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import { nowIso } from '../../ports/clock.ts';
import type { MigrationReader, TrackedTable } from '../../ports/migration-database.ts';
import type { StoredItem } from '../../ports/run-file.ts';
import type { SnapshotWriter } from '../../ports/snapshot-store.ts';
import { appendAudit, type RunContext, type StepResult } from '../run-context.ts';

const CHUNK = 1_000;

/**
 * Takes the snapshot of every row that the plan is about, held rows included, and verifies it by reading it back.
 *
 * Order (invariant 3): 1. rows of all tables 2. read back and manifest, durable 3. the id in the run file. Only then may
 * anything be written to the target. A snapshot that an earlier attempt finished is verified again, not taken again:
 * the rows may have changed since.
 */
export async function takeSnapshot(context: RunContext): Promise<StepResult> {
  if (context.snapshot === 'none') {
    appendAudit(context, 'snapshot.skipped', { reason: context.runFile.readRun().reason });
    return 'done';
  }
  const known = context.runFile.readRun().snapshotId;
  if (known !== null) {
    await context.snapshots.verify(known);
    return 'done';
  }
  const reader = await context.target.database.openReader();
  const writer = await context.snapshots.begin({
    snapshotId: context.ids.next(),
    runId: context.runFile.runId,
    takenAt: nowIso(context.clock),
    target: context.target.identity.name,
    targetFingerprint: context.target.identity.fingerprint,
  });
  try {
    if ((await copyItems(context, reader, writer)) === 'stopped') {
      await writer.abandon();
      return 'stopped';
    }
    await copyBatches(context, reader, writer);
    context.crashAt('snapshot.after-rows');
    const manifest = await writer.finish();
    const backup = await context.reference.finishBackup();
    context.crashAt('snapshot.after-manifest');
    context.runFile.updateRun({ snapshotId: manifest.snapshotId });
    appendAudit(context, 'snapshot.taken', {
      snapshotId: manifest.snapshotId,
      rows: manifest.tables.reduce((sum, table) => sum + table.rowCount, 0),
      backup,
    });
    return 'done';
  } catch (error) {
    await writer.abandon();
    throw error;
  } finally {
    await reader.close();
  }
}

async function copyItems(
  context: RunContext,
  reader: MigrationReader,
  writer: SnapshotWriter,
): Promise<StepResult> {
  let afterSeq = 0;
  for (;;) {
    if ((await context.control.mayGoOn()) === 'stop') return 'stopped';
    const items = context.runFile.pageItems({ filter: 'all', afterSeq, limit: CHUNK });
    const last = items.at(-1);
    if (last === undefined) return 'done';
    await copyRows(
      { context, reader, writer },
      'file_migrations',
      items.map((item) => item.recordId),
    );
    await copyRows({ context, reader, writer }, 'files', fileIdsOf(items));
    afterSeq = last.seq;
    context.progress.advance(items.filter((item) => item.rowAction !== 'none').length);
    await context.clock.nextTurn();
  }
}

/** Ids of file rows; a row that two items of a chunk share is copied once. Repeats across chunks are harmless: same row, same values. */
function fileIdsOf(items: readonly StoredItem[]): readonly string[] {
  return [...new Set(items.map((item) => item.fileId).filter((id) => id !== null))];
}

async function copyBatches(
  context: RunContext,
  reader: MigrationReader,
  writer: SnapshotWriter,
): Promise<void> {
  const batchIds = context.plan.batches.map((batch) => batch.batchId);
  await copyRows({ context, reader, writer }, 'migration_batches', batchIds);
}

async function copyRows(
  work: {
    readonly context: RunContext;
    readonly reader: MigrationReader;
    readonly writer: SnapshotWriter;
  },
  table: TrackedTable,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await work.reader.readFullRows(table, ids);
  await work.writer.append(table, rows);
  await work.context.reference.backup(table, rows);
}

/** Refuses to go without a snapshot when objects would go: without it and with the objects gone there is no way back. */
export function requireSnapshot(request: {
  readonly snapshot: 'take' | 'none';
  readonly objectsToMove: number;
}): void {
  if (request.snapshot === 'take' || request.objectsToMove === 0) return;
  throw new OperatorError('BACKUP_REQUIRED', {
    message: `The plan removes ${String(request.objectsToMove)} objects, and a run without a snapshot was asked for.`,
    hint: 'Leave --no-backup out, or roll back rows only with --database-only --no-backup.',
    details: { objectsToMove: request.objectsToMove },
  });
}

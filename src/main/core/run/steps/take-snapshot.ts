import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import { nowIso } from '../../ports/clock.ts';
import type { MigrationReader, TrackedTable } from '../../ports/migration-database.ts';
import type { RowLines } from '../../ports/row-lines.ts';
import type { ItemRows } from '../../ports/run-file.ts';
import type { SnapshotWriter } from '../../ports/snapshot-store.ts';
import { appendAudit, type RunContext, type StepResult } from '../run-context.ts';

/** Items whose rows are read by one statement; some 1.5 MB of text. */
const CHUNK = 2_000;

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
    const [manifest, backup] = await bothFinished(
      writer.finish(),
      context.reference.finishBackup(),
    );
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

/** Side by side, for both wait for the disk. Fails only when neither is under way any more: what is given up must not be in use. */
async function bothFinished<A, B>(one: Promise<A>, other: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

async function copyItems(
  context: RunContext,
  reader: MigrationReader,
  writer: SnapshotWriter,
): Promise<StepResult> {
  let next = readAhead(context, reader, 0);
  for (;;) {
    if ((await context.control.mayGoOn()) === 'stop') return 'stopped';
    const page = await next;
    if (page === undefined) return 'done';
    // A server looks the next rows up while these are compressed and written.
    next = readAhead(context, reader, page.lastSeq);
    await storeLines({ context, writer }, 'file_migrations', page.records);
    await storeLines({ context, writer }, 'files', page.files);
    context.progress.advance(page.changing);
    await context.clock.nextTurn();
  }
}

/** The rows of a page of items. */
interface PageLines {
  readonly records: RowLines | null;
  readonly files: RowLines | null;
  readonly lastSeq: number;
  /** How many of the items will change. */
  readonly changing: number;
}

/** Begins to read a page. Its failure is told to whoever waits for it: nobody does when something failed before it, or the run was stopped. */
function readAhead(
  context: RunContext,
  reader: MigrationReader,
  afterSeq: number,
): Promise<PageLines | undefined> {
  const page = readPage(context, reader, afterSeq);
  page.catch(() => undefined);
  return page;
}

async function readPage(
  context: RunContext,
  reader: MigrationReader,
  afterSeq: number,
): Promise<PageLines | undefined> {
  const items = context.runFile.pageItemRows({ afterSeq, limit: CHUNK });
  const last = items.at(-1);
  if (last === undefined) return undefined;
  const recordIds = items.map((item) => item.recordId);
  const [records, files] = await Promise.all([
    readLines(reader, 'file_migrations', recordIds),
    readLines(reader, 'files', fileIdsOf(items)),
  ]);
  const changing = items.filter((item) => item.rowAction !== 'none').length;
  return { records, files, lastSeq: last.seq, changing };
}

/** Ids of file rows; a row that two items of a chunk share is copied once. Repeats across chunks are harmless: same row, same values. */
function fileIdsOf(items: readonly ItemRows[]): readonly string[] {
  return [...new Set(items.map((item) => item.fileId).filter((id) => id !== null))];
}

async function copyBatches(
  context: RunContext,
  reader: MigrationReader,
  writer: SnapshotWriter,
): Promise<void> {
  const batchIds = context.plan.batches.map((batch) => batch.batchId);
  const lines = await readLines(reader, 'migration_batches', batchIds);
  await storeLines({ context, writer }, 'migration_batches', lines);
}

async function readLines(
  reader: MigrationReader,
  table: TrackedTable,
  ids: readonly string[],
): Promise<RowLines | null> {
  return ids.length === 0 ? null : reader.readRowLines(table, ids);
}

async function storeLines(
  { context, writer }: { readonly context: RunContext; readonly writer: SnapshotWriter },
  table: TrackedTable,
  lines: RowLines | null,
): Promise<void> {
  if (lines === null || lines.rowCount === 0) return;
  await writer.append(table, lines);
  await context.reference.backup(table, lines);
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

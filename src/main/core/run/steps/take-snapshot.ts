import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import { nowIso } from '../../ports/clock.ts';
import type { MigrationReader, TrackedTable } from '../../ports/migration-database.ts';
import type { RowLines } from '../../ports/row-lines.ts';
import type { ItemRows } from '../../ports/run-file.ts';
import type { SnapshotManifest, SnapshotWriter } from '../../ports/snapshot-store.ts';
import { enterSafeMode } from '../../safe-mode/enter-safe-mode.ts';
import { skippedSnapshot } from '../check-resumable.ts';
import { appendAudit, type RunContext, type StepResult } from '../run-context.ts';

/** Items whose rows are read by one statement; some 3 MB of text. */
const CHUNK = 5_000;

/** What the step needs of its run. */
type SnapshotContext = Pick<
  RunContext,
  | 'runFile'
  | 'plan'
  | 'snapshots'
  | 'safeModes'
  | 'reference'
  | 'operator'
  | 'clock'
  | 'ids'
  | 'control'
  | 'progress'
  | 'crashAt'
  | 'snapshot'
> & { readonly target: Pick<RunContext['target'], 'database' | 'identity'> };

/**
 * Takes the snapshot of every row that the plan is about, held rows included, and verifies it by reading it back.
 *
 * Order (invariant 3): 1. rows of all tables 2. read back and manifest, durable 3. the reference's backup file under its own name
 * 4. the id in the run file. Only then may anything be written to the target. A snapshot that an earlier attempt finished is verified again, not taken again:
 * the rows may have changed since.
 */
export async function takeSnapshot(context: SnapshotContext): Promise<StepResult> {
  if (context.snapshot === 'none') {
    if (skippedSnapshot(context.runFile)) return 'done';
    appendAudit(context, 'snapshot.skipped', { reason: context.runFile.readRun().reason });
    return 'done';
  }
  const known = context.runFile.readRun().snapshotId;
  if (known !== null) {
    await verifyKnown(context, known);
    return 'done';
  }
  const taken = await writeSnapshot(context);
  if (taken === 'stopped') return 'stopped';
  // The run file may name the snapshot from here on, also where writing that failed: nothing may take it away any more.
  context.runFile.updateRun({ snapshotId: taken.manifest.snapshotId });
  appendAudit(context, 'snapshot.taken', {
    snapshotId: taken.manifest.snapshotId,
    rows: taken.manifest.tables.reduce((sum, table) => sum + table.rowCount, 0),
    backup: taken.backup,
  });
  return 'done';
}

interface Taken {
  readonly manifest: SnapshotManifest;
  /** Path of the backup file; `null` where there was no row to keep. */
  readonly backup: string | null;
}

/** Writes snapshot and backup file, both whole on return; leaves no snapshot behind when it is stopped or fails. */
async function writeSnapshot(context: SnapshotContext): Promise<Taken | 'stopped'> {
  const reader = await context.target.database.openReader();
  try {
    const writer = await context.snapshots.begin({
      snapshotId: context.ids.next(),
      runId: context.runFile.runId,
      takenAt: nowIso(context.clock),
      target: context.target.identity.name,
      targetFingerprint: context.target.identity.fingerprint,
    });
    return await fillSnapshot({ context, reader, writer });
  } finally {
    await reader.close();
  }
}

async function fillSnapshot(copying: Copying): Promise<Taken | 'stopped'> {
  const { context, writer } = copying;
  try {
    if ((await copyTables(copying)) === 'stopped') {
      await writer.abandon();
      return 'stopped';
    }
    context.crashAt('snapshot.after-rows');
    const manifest = await writer.finish();
    // Only now: a finished backup file says that this snapshot was read back and is whole.
    const backup = await context.reference.finishBackup();
    context.crashAt('snapshot.after-manifest');
    return { manifest, backup };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** A snapshot that cannot be trusted any more, under a run that has begun: what was written may have no way back but the run file. */
async function verifyKnown(context: SnapshotContext, snapshotId: string): Promise<void> {
  try {
    await context.snapshots.verify(snapshotId);
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'SNAPSHOT_INVALID') {
      enterSafeMode(context, {
        code: error.code,
        sentence: `The snapshot ${snapshotId} of run ${context.runFile.runId} fails its verification: ${error.message}`,
        facts: { snapshotId },
      });
    }
    throw error;
  }
}

interface Copying {
  readonly context: SnapshotContext;
  readonly reader: MigrationReader;
  readonly writer: SnapshotWriter;
}

/** Table by table, which is how both files keep them. */
async function copyTables(copying: Copying): Promise<StepResult> {
  const { context, reader } = copying;
  const batchIds = context.plan.batches.map((batch) => batch.batchId);
  await storeLines(
    copying,
    'migration_batches',
    await readLines(reader, 'migration_batches', batchIds),
  );
  const records = await copyItems(copying, {
    table: 'file_migrations',
    idsOf: (items) => items.map((item) => item.recordId),
    // A file counts when both of its rows are copied; half a page for each, so that the bar moves from the start.
    advance: (changing) => Math.floor(changing / 2),
  });
  if (records === 'stopped') return 'stopped';
  return copyItems(copying, {
    table: 'files',
    idsOf: fileIdsOf,
    advance: (changing) => Math.ceil(changing / 2),
  });
}

/** What is copied in one pass over the items. */
interface Pass {
  readonly table: TrackedTable;
  readonly idsOf: (items: readonly ItemRows[]) => readonly string[];
  /** By how much a page moves the progress, of the items in it that will change. */
  readonly advance: (changing: number) => number;
}

async function copyItems(copying: Copying, pass: Pass): Promise<StepResult> {
  const { context } = copying;
  let next = readAhead(copying, pass, 0);
  for (;;) {
    if ((await context.control.mayGoOn()) === 'stop') return 'stopped';
    const page = await next;
    if (page === undefined) return 'done';
    // A server looks the next rows up while these are compressed and written.
    next = readAhead(copying, pass, page.lastSeq);
    await storeLines(copying, pass.table, page.lines);
    context.progress.advance(pass.advance(page.changing));
    await context.clock.nextTurn();
  }
}

/** The rows of a page of items. */
interface PageLines {
  readonly lines: RowLines | null;
  readonly lastSeq: number;
  /** How many of the items will change. */
  readonly changing: number;
}

/** Begins to read a page. Its failure is told to whoever waits for it: nobody does when something failed before it, or the run was stopped. */
function readAhead(copying: Copying, pass: Pass, afterSeq: number): Promise<PageLines | undefined> {
  const page = readPage(copying, pass, afterSeq);
  page.catch(() => undefined);
  return page;
}

async function readPage(
  { context, reader }: Copying,
  { table, idsOf }: Pass,
  afterSeq: number,
): Promise<PageLines | undefined> {
  const items = context.runFile.pageItemRows({ afterSeq, limit: CHUNK });
  const last = items.at(-1);
  if (last === undefined) return undefined;
  const lines = await readLines(reader, table, idsOf(items));
  const changing = items.filter((item) => item.rowAction !== 'none').length;
  return { lines, lastSeq: last.seq, changing };
}

/** Ids of file rows; a row that two items of a chunk share is copied once. Repeats across chunks are harmless: same row, same values. */
function fileIdsOf(items: readonly ItemRows[]): readonly string[] {
  return [...new Set(items.map((item) => item.fileId).filter((id) => id !== null))];
}

async function readLines(
  reader: MigrationReader,
  table: TrackedTable,
  ids: readonly string[],
): Promise<RowLines | null> {
  return ids.length === 0 ? null : reader.readRowLines(table, ids);
}

async function storeLines(
  { context, writer }: Copying,
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

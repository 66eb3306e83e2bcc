import { setTimeout } from 'node:timers/promises';
import { invariant, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { RowValues } from '../../../shared/domain/plan.ts';
import type { RowChange, RowChangeResult } from '../../core/ports/migration-database.ts';
import { type PresentRows, readPresentRows, rowValuesOf } from './record-query.ts';
import {
  type ChunkUpdates,
  fileFields,
  fileStatement,
  type RowUpdate,
  recordStatement,
  type Statement,
  updatesOf,
} from './row-change-sql.ts';
import type { PostgresSchema } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { triggerInterfered } from './triggers.ts';

/**
 * Applies compare-and-sets of records and their file rows, a chunk in one transaction.
 *
 * First as if nothing had moved: one UPDATE a table that changes the rows which hold their before-values. When that changes every row
 * the chunk is done. Else it is rolled back, and the chunk is looked at row by row under locks, which says for each change what stands
 * there instead.
 */
export async function applyRowChanges(
  session: PostgresSession,
  schema: PostgresSchema,
  changes: readonly RowChange[],
): Promise<readonly RowChangeResult[]> {
  if (changes.length === 0) return [];
  for (const change of changes) requireWhole(change);
  const isPlain = isProved(schema) && changes.every((change) => fits(schema, change));
  if (isPlain && (await applyAll(session, schema, changes)) === 'applied') {
    return changes.map(({ recordId }) => ({ recordId, result: 'applied', found: null }));
  }
  return session.transaction('write', () => applyUnderLocks(session, schema, changes));
}

function requireWhole({ recordId, fileId, before, after }: RowChange): void {
  const isWhole =
    before.file === null ? after.file === null : fileId !== null && after.file !== null;
  invariant(isWhole, `Half a change arrived for ${recordId}.`);
}

/** Whether the change asks nothing of a column that the schema lacks. */
function fits({ records, files }: PostgresSchema, { after }: RowChange): boolean {
  if (records.roles.completedAt === null && after.completedAt !== null) return false;
  const { file } = after;
  return (
    file === null ||
    fileFields.every(({ role, of }) => files.roles[role] !== null || of(file) === null)
  );
}

/** Counting changed rows proves something only where a key names one row. */
function isProved({ records, files }: PostgresSchema): boolean {
  return records.uniqueness === 'by-index' && files.uniqueness === 'by-index';
}

const afterDeadlockMs = 200;

/** Thrown to roll a transaction back in which not every row was as planned. */
class NotAsPlanned extends Error {}

async function applyAll(
  session: PostgresSession,
  schema: PostgresSchema,
  changes: readonly RowChange[],
): Promise<'applied' | 'not-as-planned'> {
  const updates = updatesOf(changes);
  try {
    await session.transaction('write', async () => {
      if (!(await writeAll(session, schema, updates))) throw new NotAsPlanned();
      await requireHolds(session, schema, changes);
    });
    return 'applied';
  } catch (error) {
    if (error instanceof NotAsPlanned) return 'not-as-planned';
    if (!(error instanceof OperatorError) || error.code !== 'DATABASE_CONFLICT') throw error;
    // A deadlock rolled everything back as well. Whoever waited for us goes first now: at once again it would be the same deadlock.
    await setTimeout(afterDeadlockMs);
    return 'not-as-planned';
  }
}

/** One UPDATE a table; whether each changed as many rows as it was to change. */
async function writeAll(
  session: PostgresSession,
  schema: PostgresSchema,
  updates: ChunkUpdates,
): Promise<boolean> {
  const first = write(session, recordStatement(schema, updates));
  // Made while the server is at work on the first.
  const second = fileStatement(schema, updates);
  return (await first) && (await write(session, second));
}

async function write(session: PostgresSession, statement: Statement | null): Promise<boolean> {
  if (statement === null) return true;
  return (await session.query(statement.sql, statement.values)).rowCount === statement.rowCount;
}

async function applyUnderLocks(
  session: PostgresSession,
  schema: PostgresSchema,
  changes: readonly RowChange[],
): Promise<readonly RowChangeResult[]> {
  const found = await readPresentRows(session, schema, { ...addressesOf(changes), lock: 'lock' });
  const records = new Map(found.records);
  const files = new Map(found.files);
  const now: PresentRows = { records, files };
  const results = changes.map((change): RowChangeResult => {
    const { recordId, before, after } = change;
    const fileId = before.file === null ? null : change.fileId;
    const present = rowValuesOf(now, { recordId, fileId }) ?? null;
    if (present === null || !fits(schema, change) || !sameValues(present, before)) {
      return { recordId, result: 'conflict', found: present };
    }
    records.set(recordId, { status: after.status, completedAt: after.completedAt });
    if (fileId !== null && after.file !== null) files.set(fileId, after.file);
    return { recordId, result: 'applied', found: null };
  });
  const applied = changes.filter((_, at) => results[at]?.result === 'applied');
  if (!(await writeAll(session, schema, finalUpdates(applied, now)))) {
    const [first] = applied;
    throw interfered(schema, first, undefined);
  }
  await requireHolds(session, schema, applied);
  return results;
}

/** Each row that the changes touch, once, with what it shall hold after the last of them. */
function finalUpdates(applied: readonly RowChange[], now: PresentRows): ChunkUpdates {
  const { recordIds, fileIds } = addressesOf(applied);
  const last = <Values>(
    ids: readonly string[],
    rows: ReadonlyMap<string, Values>,
  ): readonly RowUpdate<Values>[] =>
    [...new Set(ids)].flatMap((id) => {
      const after = rows.get(id);
      return after === undefined ? [] : [{ id, before: null, after }];
    });
  return { records: last(recordIds, now.records), files: last(fileIds, now.files) };
}

/** The file row counts only where the change is about it. */
function addressesOf(changes: readonly RowChange[]): {
  readonly recordIds: readonly string[];
  readonly fileIds: readonly string[];
} {
  return {
    recordIds: changes.map(({ recordId }) => recordId),
    fileIds: changes.flatMap(({ fileId, before }) =>
      fileId === null || before.file === null ? [] : [fileId],
    ),
  };
}

/** `applied` promises that the rows hold the after-values: a trigger may have seen to it that they do not. */
async function requireHolds(
  session: PostgresSession,
  schema: PostgresSchema,
  applied: readonly RowChange[],
): Promise<void> {
  if (schema.updateTriggers.length === 0 || applied.length === 0) return;
  const found = await readPresentRows(session, schema, { ...addressesOf(applied), lock: 'look' });
  for (const change of applied) {
    const { recordId, before, after } = change;
    const fileId = before.file === null ? null : change.fileId;
    const values = rowValuesOf(found, { recordId, fileId });
    if (values === undefined || !sameValues(values, after))
      throw interfered(schema, change, values);
  }
}

function interfered(
  schema: PostgresSchema,
  change: RowChange | undefined,
  found: RowValues | undefined,
): OperatorError {
  const recordId = change?.recordId ?? '';
  return triggerInterfered(schema, {
    name: `record ${recordId}`,
    id: { recordId },
    expected: change?.after ?? null,
    found: found ?? null,
  });
}

function sameValues(a: RowValues, b: RowValues): boolean {
  if (a.status !== b.status || a.completedAt !== b.completedAt) return false;
  const [left, right] = [a.file, b.file];
  if (left === null || right === null) return left === right;
  return fileFields.every(({ of }) => of(left) === of(right));
}

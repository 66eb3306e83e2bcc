import type { MigrationWriter } from '../../core/ports/migration-database.ts';
import { applyBatchChanges } from './batch-changes.ts';
import { dropColumn } from './drop-column.ts';
import { isIndexed } from './keys.ts';
import { applyRowChanges } from './row-changes.ts';
import { requireUniqueRows } from './schema.ts';
import { formatTimeFor } from './time-style.ts';
import { openWithSchema, type PostgresPlace } from './tuned-session.ts';

/**
 * Opens the writing session of a PostgreSQL database. Touches the three tables only, in short transactions, each on the server's disk
 * when its promise resolves.
 *
 * Triggers stay on, as they would for anyone else. Where any acts on UPDATE, rows are read back before the COMMIT: if they do not hold
 * what was to be written, the transaction is rolled back and DATABASE_FAILED names the triggers.
 */
export async function openPostgresWriter(place: PostgresPlace): Promise<MigrationWriter> {
  const { session, schema } = await openWithSchema(place, 'write');
  try {
    await requireUniqueRows(session, schema, place.sessions.location);
    if (![schema.records, schema.files].every(({ key }) => isIndexed(key))) {
      // No index finds such a key, so that one pass over the table for a whole chunk is the quickest there is.
      await session.query(
        `SELECT set_config('enable_seqscan', 'on', false), set_config('enable_hashjoin', 'on', false)`,
      );
    }
  } catch (error) {
    await session.close();
    throw error;
  }
  return {
    formatTime: (epochMs, column) => formatTimeFor(session, schema, { epochMs, column }),
    applyRowChanges: (changes) => applyRowChanges(session, schema, changes),
    applyBatchChanges: (changes) => applyBatchChanges(session, schema, changes),
    dropColumn: (name) => dropColumn(session, schema, name),
    close: () => session.close(),
  };
}

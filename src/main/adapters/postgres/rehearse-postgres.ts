import { rehearseMapping } from '../../core/schema/rehearse-mapping.ts';
import { dropStage, openTemporaryStage } from './rehearsal-stage.ts';
import { openWithSchema, type PostgresPlace } from './tuned-session.ts';

/**
 * Rehearses the mapping of a PostgreSQL database in temporary tables of a session of its own, and returns what that showed.
 * `place` must have sessions that write without a lease.
 *
 * @throws MAPPING_INVALID naming what differed.
 * @throws DATABASE_DENIED when the role may not make temporary tables. @throws DATABASE_READ_ONLY on a standby.
 */
export async function rehearsePostgres(place: PostgresPlace): Promise<string> {
  const { session, schema } = await openWithSchema(place, 'write');
  try {
    try {
      return await rehearseMapping(schema.mapping, await openTemporaryStage(session, schema));
    } finally {
      // The connection goes back to a pool, and temporary tables live as long as it does.
      await dropStage(session);
    }
  } finally {
    await session.close();
  }
}

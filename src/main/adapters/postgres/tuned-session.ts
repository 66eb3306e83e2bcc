import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { type PostgresSchema, readSchema } from './schema.ts';
import type { PostgresSession, PostgresSessions } from './session.ts';

/** A database that can be opened, and how its tables are to be read. */
export interface PostgresPlace {
  readonly sessions: PostgresSessions;
  /** The operator's mapping file; `null`: the tables are found by what is there. */
  readonly customMapping: CustomMapping | null;
}

/**
 * Opens a session and sets what the statements of this folder rely on. Each time, because sessions come from a pool:
 *  - row security off: a policy that would hide rows makes the statement fail instead (a hidden row may still need an object)
 *  - for the writer no plans that read a whole table to find the rows of a chunk
 */
export async function openTuned(
  place: PostgresPlace,
  access: 'read' | 'write',
): Promise<PostgresSession> {
  const session = await place.sessions.open(access);
  return closingOnError(session, async () => {
    const scans = access === 'write' ? 'off' : 'on';
    await session.query(
      `SELECT set_config('row_security', 'off', false), set_config('enable_seqscan', $1, false),
         set_config('enable_hashjoin', $1, false), set_config('enable_mergejoin', $1, false)`,
      [scans],
    );
    return session;
  });
}

/** A session and the schema as it is now. */
export async function openWithSchema(
  place: PostgresPlace,
  access: 'read' | 'write',
): Promise<{ readonly session: PostgresSession; readonly schema: PostgresSchema }> {
  const session = await openTuned(place, access);
  return closingOnError(session, async () => ({
    session,
    schema: await readSchema(session, place.sessions.location, place.customMapping),
  }));
}

/** Runs `work`; when it throws, the session does not outlive it. */
async function closingOnError<T>(session: PostgresSession, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await session.close();
    throw error;
  }
}

import type { Check } from '../../../shared/domain/check.ts';
import { type Answer, check, type Question } from '../../core/ports/diagnosis.ts';
import type { Rehearsal } from '../../core/schema/trust-mapping.ts';
import { lookAtIndex, neededIndexes } from './diagnose-indexes.ts';
import { lookAtLocks, lookAtPrepared } from './diagnose-locks.ts';
import {
  lookAtClock,
  lookAtEncryption,
  lookAtPrimary,
  lookAtReplication,
  lookAtVersion,
} from './diagnose-server.ts';
import {
  lookAtReadOnly,
  lookAtRights,
  lookAtRowSecurity,
  lookAtTriggers,
  lookAtUniqueKeys,
  lookAtValues,
} from './diagnose-tables.ts';
import { type PostgresSchema, readSchema } from './schema.ts';
import type { PostgresSession } from './session.ts';
import { openTuned, type PostgresPlace } from './tuned-session.ts';

/** A database, and the trial of its tables and columns on a copy. */
interface DiagnosedPlace extends PostgresPlace {
  readonly rehearse: Rehearsal;
}

interface Condition extends Question {
  /** Checks that must not have failed, or this one says nothing. */
  readonly needs: readonly string[];
  readonly look: (session: PostgresSession) => Promise<Answer>;
}

const REACHABLE = 'database.reachable';
const TABLES = 'database.tables';
const ROW_SECURITY = 'database.row-security';

/** Looks at one condition of a PostgreSQL database after the other, in a fixed order. Changes nothing; throws nothing. */
export async function diagnose(place: DiagnosedPlace): Promise<readonly Check[]> {
  const failed = new Set<string>();
  const checks: Check[] = [];
  let session: PostgresSession | undefined;
  const keep = (found: Check): void => {
    if (found.state === 'failed') failed.add(found.name);
    checks.push(found);
  };
  try {
    keep(
      await check({ name: REACHABLE, title: 'The server can be reached' }, async () => {
        const startedMs = performance.now();
        session = await openTuned(place, 'read');
        const tookMs = Math.round(performance.now() - startedMs);
        const { rows } = await session.query('SELECT current_user::text');
        return ok(
          `${place.sessions.location} as ${String(rows[0]?.[0])}, in ${String(tookMs)} ms.`,
        );
      }),
    );
    for (const condition of conditionsOf(place)) keep(await look(condition, session, failed));
  } finally {
    await session?.close();
  }
  return checks;
}

async function look(
  { name, title, needs, look: lookAt }: Condition,
  session: PostgresSession | undefined,
  failed: ReadonlySet<string>,
): Promise<Check> {
  const cause = session === undefined ? REACHABLE : needs.find((needed) => failed.has(needed));
  if (session === undefined || cause !== undefined) {
    const finding = `Not looked at: ${String(cause)} failed.`;
    return { name, title, state: 'skipped', finding, fix: null };
  }
  return check({ name, title }, () => lookAt(session));
}

function conditionsOf(place: DiagnosedPlace): readonly Condition[] {
  const { location } = place.sessions;
  let schema: PostgresSchema | undefined;
  const known = async (session: PostgresSession): Promise<PostgresSchema> =>
    (schema ??= await readSchema(session, location, place.customMapping));
  const whenKnown = (
    lookAt: (session: PostgresSession, schema: PostgresSchema) => Promise<Answer>,
  ): Pick<Condition, 'needs' | 'look'> => ({
    needs: [ROW_SECURITY, TABLES],
    look: async (session) => lookAt(session, await known(session)),
  });
  return [
    { name: 'database.version', title: 'Version of the server', needs: [], look: lookAtVersion },
    {
      name: 'database.encryption',
      title: 'The connection is encrypted',
      needs: [],
      look: lookAtEncryption,
    },
    {
      name: 'database.primary',
      title: 'The server takes writes',
      needs: [],
      look: lookAtPrimary,
    },
    {
      name: 'database.clock',
      title: 'The clocks of the server and of this machine agree',
      needs: [],
      look: lookAtClock,
    },
    {
      name: ROW_SECURITY,
      title: 'No policy hides rows from this role',
      needs: [],
      look: (session) => lookAtRowSecurity(() => known(session)),
    },
    {
      name: TABLES,
      title: 'The database tracks a migration',
      needs: [ROW_SECURITY],
      look: async (session) => ok((await known(session)).mapping.evidence.join(' ')),
    },
    {
      name: 'database.mapping',
      title: 'Tables and columns behave as a rollback needs',
      needs: [ROW_SECURITY, TABLES],
      look: async () =>
        ok((await place.rehearse()) ?? 'The reference schema: no rehearsal is needed.'),
    },
    {
      name: 'database.read-only',
      title: 'Read-only sessions cannot write',
      ...whenKnown(lookAtReadOnly),
    },
    {
      name: 'database.rights',
      title: 'The role may read and change the rows',
      ...whenKnown(lookAtRights),
    },
    {
      name: 'database.unique-keys',
      title: 'A key names one row',
      ...whenKnown((session, found) => lookAtUniqueKeys(session, found, location)),
    },
    {
      name: 'database.values',
      title: 'The columns take what a rollback writes',
      ...whenKnown(lookAtValues),
    },
    ...neededIndexes.map((needed) => ({
      name: needed.name,
      title: needed.title,
      ...whenKnown((session, found) => lookAtIndex(session, found, needed)),
    })),
    {
      name: 'database.triggers',
      title: 'No trigger fires on the rows of a rollback',
      ...whenKnown((_, found) => Promise.resolve(lookAtTriggers(found))),
    },
    {
      name: 'database.locks',
      title: 'Nobody holds locks that a rollback would wait for',
      ...whenKnown(lookAtLocks),
    },
    {
      name: 'database.prepared-transactions',
      title: 'No prepared transaction holds the tables',
      ...whenKnown(lookAtPrepared),
    },
    {
      name: 'database.replication',
      title: 'Replication lets a COMMIT return',
      needs: [],
      look: lookAtReplication,
    },
  ];
}

function ok(finding: string): Answer {
  return { state: 'ok', finding, fix: null };
}

import { setTimeout as pause } from 'node:timers/promises';
import { invariant, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Lease, LeaseHolder, Leases } from '../../core/ports/lease.ts';
import { targetLocked } from '../../core/ports/target-locked.ts';
import {
  type Backend,
  backendOf,
  findHolder,
  holderStatement,
  holdsLeaseLock,
  joinFence,
  leaseApplicationName,
  tryLeaseLock,
  waitForFence,
} from './lease-locks.ts';
import type { PostgresSession, PostgresSessions } from './session.ts';

type Request = Parameters<Leases['acquire']>[0];

const pingEveryMs = 15_000;
const pingWithinMs = 10_000;
const lookAgainAfterMs = 40;
const looks = 6;

/** What the leases of a target are made of. */
export interface LeaseOptions {
  /** For the lease alone: without a guard of its own, or it would wait for itself. */
  readonly sessions: PostgresSessions;
  /** How Unwind's sessions are called. */
  readonly applicationName: string;
  /** The oid of the table whose rows a run changes: what stands for the target, under whatever name and path it was found. */
  findTable(session: PostgresSession): Promise<string>;
}

/** Leases, and what keeps a writer from outliving its lease. */
export interface PostgresLeases extends Leases {
  /**
   * Called at the beginning of each writing transaction. From then on nobody gets the lease until the transaction has ended.
   * @throws LEASE_LOST the lease is not held any more.
   */
  readonly guardWrite: (session: Pick<PostgresSession, 'query'>) => Promise<void>;
  close(): Promise<void>;
}

interface Held {
  readonly oid: string;
  readonly backend: Backend;
  readonly holder: LeaseHolder;
}

/**
 * The leases of a PostgreSQL target. The right itself is a session-level advisory lock on a connection kept for it: the server takes it back
 * when that connection goes, however it goes. Nothing is stored in the database and no right is needed.
 *
 * Acquiring:
 *  1. take the lease lock, or be refused
 *  2. take the fence alone for a moment: every transaction of an earlier holder has ended, and later ones find in `guardWrite` that their
 *     lease is gone
 *  3. take a transaction id as the token: the server gives each only once, in rising order
 *  4. say the name, as the text of a statement that `pg_stat_activity` shows
 */
export function postgresLeases(options: LeaseOptions): PostgresLeases {
  let held: Held | undefined;

  async function acquire(request: Request): Promise<Lease> {
    const session = await options.sessions.open('write');
    try {
      const oid = await options.findTable(session);
      if (!(await takeLock(session, oid))) throw locked(options, await waitForName(session, oid));
      const token = await takeToken(session, oid);
      const { operator, runId, at } = request;
      const holder: LeaseHolder = { operator, runId, since: at, token };
      await session.query("SELECT set_config('application_name', $1, false)", [
        leaseApplicationName(options.applicationName, runId),
      ]);
      const mine: Held = { oid, backend: await backendOf(session), holder };
      await session.query(holderStatement(holder));
      held = mine;
      return leaseOn(session, holder, () => {
        if (held === mine) held = undefined;
      });
    } catch (error) {
      await giveBack(session);
      throw error;
    }
  }

  async function find(): Promise<LeaseHolder | undefined> {
    const session = await options.sessions.open('read');
    try {
      const oid = await options.findTable(session);
      if ((await findHolder(session, oid)) === 'nobody') return undefined;
      // The server needs a moment to notice that a holder was killed, and a holder to say its name.
      await pause(lookAgainAfterMs);
      return await waitForName(session, oid);
    } finally {
      await session.close();
    }
  }

  async function guardWrite(session: Pick<PostgresSession, 'query'>): Promise<void> {
    invariant(held !== undefined, 'A writing transaction began without a lease.');
    const { oid, backend, holder } = held;
    // Before looking: whoever gets the lease after our look has to wait for this transaction.
    await joinFence(session, oid);
    if (!(await holdsLeaseLock(session, oid, backend))) throw leaseLost(options, holder);
  }

  function leaseOn(session: PostgresSession, holder: LeaseHolder, forget: () => void): Lease {
    let lastPing: Promise<unknown> = Promise.resolve();
    let isReleased = false;
    let isLost = false;

    /** Asks the server whether the session of the lease still lives, and says the name again. One at a time. */
    async function ping(): Promise<void> {
      const asked = lastPing.then(() => withinTime(session.query(holderStatement(holder))));
      lastPing = asked.catch(() => undefined);
      await asked;
    }

    async function check(): Promise<void> {
      if (isReleased) return;
      try {
        invariant(!isLost, 'lost');
        await ping();
      } catch (error) {
        isLost = true;
        throw leaseLost(options, holder, error);
      }
    }

    const timer = setInterval(() => {
      check().catch(() => {
        // Remembered in isLost: whoever asks next is told.
        clearInterval(timer);
      });
    }, pingEveryMs);
    timer.unref();

    return {
      holder,
      check,
      release: async () => {
        if (isReleased) return;
        isReleased = true;
        clearInterval(timer);
        await lastPing;
        forget();
        await giveBack(session);
      },
    };
  }

  return { acquire, find, guardWrite, close: () => options.sessions.close() };
}

/** Step 1. Tried for a moment: the server may not have noticed yet that the last holder was killed. */
async function takeLock(session: PostgresSession, oid: string): Promise<boolean> {
  for (let look = 1; ; look += 1) {
    if (await tryLeaseLock(session, oid)) return true;
    if (look === looks) return false;
    await pause(lookAgainAfterMs);
  }
}

/** Steps 2 and 3. */
async function takeToken(session: PostgresSession, oid: string): Promise<number> {
  await waitForFence(session, oid);
  const { rows } = await session.query('SELECT pg_current_xact_id()::text');
  const token = Number(rows[0]?.[0]);
  invariant(
    Number.isSafeInteger(token),
    'The server gave no transaction id that can serve as a token.',
  );
  return token;
}

async function giveBack(session: PostgresSession): Promise<void> {
  try {
    await session.query('SELECT pg_advisory_unlock_all()');
    await session.close();
  } catch {
    // Either the connection is gone, and the lock with it, or it lives: then it must not keep the lock in the pool.
    await session.discard();
  }
}

/** Who holds the lease now; a holder that has not said its name yet is given a moment. */
async function waitForName(
  session: PostgresSession,
  oid: string,
): Promise<LeaseHolder | undefined> {
  for (let look = 1; ; look += 1) {
    const found = await findHolder(session, oid);
    if (found === 'nobody') return undefined;
    if (found !== 'somebody') return found;
    if (look === looks) return undefined;
    await pause(lookAgainAfterMs);
  }
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      answer,
      pause(pingWithinMs, undefined, { signal: late.signal, ref: false }).then(() => {
        throw new Error(`The server did not answer within ${String(pingWithinMs)} ms.`);
      }),
    ]);
  } finally {
    late.abort();
    // Whichever comes second has nobody to listen to it.
    answer.catch(() => undefined);
  }
}

function locked({ sessions }: LeaseOptions, holder: LeaseHolder | undefined): OperatorError {
  return targetLocked(sessions.location, holder, ' "unwind locks" shows its session.');
}

function leaseLost(
  { sessions }: LeaseOptions,
  holder: LeaseHolder,
  cause?: unknown,
): OperatorError {
  return new OperatorError('LEASE_LOST', {
    message: `Run ${holder.runId} lost its lease of ${sessions.location}: the connection that held it is gone. Nothing more was written.`,
    hint: `Once the server answers again, run "unwind resume ${holder.runId}": it takes the lease again and reads what was done before it goes on.`,
    details: { database: sessions.location, runId: holder.runId, since: holder.since },
    cause,
  });
}

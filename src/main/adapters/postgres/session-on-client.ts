import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import Cursor from 'pg-cursor';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { CrashAt } from '../../core/ports/crash-points.ts';
import { type Attempt, commitUnknown, fromPostgres, leavesCommitOpen } from './errors.ts';
import type { Parameter, PostgresSession, QueryResult, TextRow } from './session.ts';
import { asText } from './session-settings.ts';

/** A connection that the pool has handed out. */
export interface CheckedOut {
  readonly client: pg.PoolClient;
  readonly location: string;
  readonly guardWrite: ((session: Pick<PostgresSession, 'query'>) => Promise<void>) | undefined;
  readonly crashAt: CrashAt;
  /** Asks the server, on another connection, to cancel what this one does now. */
  readonly cancel: () => Promise<void>;
  /** `'doubtful'`: the connection must not be used again. */
  readonly giveBack: (session: PostgresSession, condition: 'sound' | 'doubtful') => void;
}

const cancelledWithinMs = 2_000;

const begin = {
  // One state of the database from the first row to the last.
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  // A compare-and-set waits for a row that somebody else is changing and then compares with what stands there.
  write: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE',
} as const;

/** A session on one connection of the pool. */
export function sessionOn(checkedOut: CheckedOut): PostgresSession {
  const { client, location, guardWrite, crashAt, cancel, giveBack } = checkedOut;
  const attempt: Attempt = { doing: 'A statement on', location };
  /** What broke the connection. In an object: every await may change it. */
  const seen: { broken?: Error } = {};
  let running = 0;
  /** The answer that is waited for, or was last. */
  let answer: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const noteBroken = (error: Error): void => {
    seen.broken ??= error;
  };
  client.on('error', noteBroken);
  const isSound = (): boolean => seen.broken === undefined;

  async function statement(
    text: string,
    values: readonly Parameter[] = [],
  ): Promise<pg.QueryArrayResult> {
    if (seen.broken !== undefined) throw seen.broken;
    if (isClosed) throw closedAlready(location);
    running += 1;
    try {
      const result = client.query<(string | null)[]>({
        text,
        values: [...values],
        rowMode: 'array',
        types: asText,
      });
      answer = result;
      return await result;
    } finally {
      running -= 1;
    }
  }

  async function query(sql: string, values?: readonly Parameter[]): Promise<QueryResult> {
    try {
      const { rows, rowCount } = await statement(sql, values);
      return { rows: rows as TextRow[], rowCount: rowCount ?? 0 };
    } catch (error) {
      throw fromPostgres(error, attempt);
    }
  }

  async function* stream(
    sql: string,
    values: readonly Parameter[],
    chunkSize: number,
  ): AsyncGenerator<readonly TextRow[]> {
    if (seen.broken !== undefined) throw fromPostgres(seen.broken, attempt);
    const cursor = client.query(
      new Cursor<TextRow>(sql, [...values], { rowMode: 'array', types: asText }),
    );
    running += 1;
    try {
      for (;;) {
        const chunk = cursor.read(chunkSize);
        answer = chunk;
        const rows = await chunk;
        if (rows.length === 0) return;
        yield rows;
        if (rows.length < chunkSize) return;
      }
    } catch (error) {
      throw fromPostgres(error, attempt);
    } finally {
      running -= 1;
      if (isSound()) await cursor.close().catch(noteBroken);
    }
  }

  async function transaction<T>(mode: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    await query(begin[mode]);
    let result: T;
    try {
      if (mode === 'write') await guardWrite?.({ query });
      result = await work();
    } catch (error) {
      await rollBack();
      throw error;
    }
    await commit(mode);
    return result;
  }

  async function commit(mode: 'read' | 'write'): Promise<void> {
    // Known before anything is sent: then the server has no COMMIT of ours, and rolls back.
    if (seen.broken !== undefined) throw fromPostgres(seen.broken, attempt);
    let command: string;
    try {
      if (mode === 'write') crashAt('commit.before-send');
      const answered = statement('COMMIT');
      if (mode === 'write') crashAt('commit.after-send');
      ({ command } = await answered);
    } catch (error) {
      const isOpen = leavesCommitOpen(error);
      if (isOpen) noteBroken(error instanceof Error ? error : new Error('COMMIT was not answered'));
      // What only read has no outcome that could be unknown.
      if (isOpen && mode === 'write') throw commitUnknown(error, attempt);
      throw fromPostgres(error, { doing: 'COMMIT on', location });
    }
    // A transaction in which a statement failed answers COMMIT with ROLLBACK, and without an error.
    if (command !== 'COMMIT') throw rolledBack(location);
  }

  async function rollBack(): Promise<void> {
    try {
      await statement('ROLLBACK');
    } catch (error) {
      // The first error speaks. The connection is not used again, so the server rolls back when it goes.
      noteBroken(error instanceof Error ? error : new Error('ROLLBACK was not answered'));
    }
  }

  async function close(): Promise<void> {
    if (isClosed) return;
    if (running > 0 && seen.broken === undefined) {
      // Nobody waits for its answer any more; without the cancel the server would work on for nothing.
      await cancel();
      // So that its caller hears that it was cancelled, not that the connection is gone.
      await settledWithin(answer, cancelledWithinMs);
      noteBroken(new Error('The session was closed while a statement was running.'));
    }
    if (seen.broken === undefined && client.getTransactionStatus() !== 'I') await rollBack();
    isClosed = true;
    client.off('error', noteBroken);
    giveBack(session, seen.broken === undefined ? 'sound' : 'doubtful');
  }

  async function discard(): Promise<void> {
    noteBroken(new Error('The session was discarded.'));

    await close();
  }

  const session: PostgresSession = { query, stream, transaction, close, discard };
  return session;
}

async function settledWithin(answer: Promise<unknown>, ms: number): Promise<void> {
  const late = new AbortController();
  const settled = answer.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([
    settled,
    pause(ms, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
}

function rolledBack(location: string): OperatorError {
  return new OperatorError('DATABASE_FAILED', {
    message: `A transaction on ${location} was rolled back at its COMMIT, because a statement in it had failed.`,
    hint: 'Nothing of it was stored. Read the log for the statement that failed.',
    details: { database: location },
  });
}

function closedAlready(location: string): OperatorError {
  return new OperatorError('INTERNAL', {
    message: `A session on ${location} was used after it was closed.`,
    hint: 'Report this as a bug, with logs/bugs.log of the workspace.',
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseSession, StopWhat } from '../../../src/shared/domain/activity.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { blockedSessions } from './blocked-sessions.ts';

const blocked = blockedSessions();
let app: TestApp;

beforeEach(async () => {
  app = await openApp(blocked.migration().env());
});
afterEach(() => app.close());

async function sessionOf(pid: number): Promise<DatabaseSession> {
  const { sessions } = await app.client.activity.list({});
  const session = sessions.find((one) => one.pid === pid);
  if (session === undefined) throw new Error(`Session ${String(pid)} is not listed.`);
  return session;
}

function phraseOf(what: StopWhat, pid: number): string {
  return what === 'statement'
    ? `cancel the statement of session ${String(pid)} on default`
    : `terminate session ${String(pid)} on default`;
}

function stop(what: StopWhat, session: Pick<DatabaseSession, 'pid' | 'startedAt'>) {
  const { pid, startedAt } = session;
  return app.client.activity.cancel({ pid, startedAt, what, confirmation: phraseOf(what, pid) });
}

function logged(): readonly { readonly event: string; readonly data: object }[] {
  const text = readFileSync(join(blocked.migration().home, 'logs', 'sessions.log'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; data: object });
}

describe('who holds the rows', () => {
  test('names the session that holds, the one that waits for it, their locks and statements', async () => {
    const activity = await app.client.activity.list({});

    expect(activity).toMatchObject({ kind: 'server', lease: null });
    expect(activity.sessions.map(({ application }) => application)).toEqual(['holder', 'waiter']);
    expect(await sessionOf(blocked.holder().pid)).toMatchObject({
      state: 'idle in transaction',
      blockedBy: [],
      own: false,
      locks: [{ table: 'files', mode: 'RowExclusiveLock', granted: true }],
    });
    expect(await sessionOf(blocked.waiter().pid)).toMatchObject({
      state: 'active',
      blockedBy: [blocked.holder().pid],
      statement: expect.stringContaining('UPDATE files') as string,
    });
  });

  test('cancels the statement that waits, and leaves both sessions', async () => {
    const result = await stop('statement', await sessionOf(blocked.waiter().pid));

    expect(result).toMatchObject({ outcome: 'asked', session: { application: 'waiter' } });
    expect(await blocked.waited()).toBe('57014');
    await blocked.holder().client.query('COMMIT');
    expect(await blocked.checksum()).toBe('held');
  });

  test('ends the session that holds, so that the one that waits goes on', async () => {
    await stop('session', await sessionOf(blocked.holder().pid));

    expect(await blocked.waited()).toBe('done');
    expect(await blocked.checksum()).toBe('waited');
  });

  test('writes down before and after who stopped which session', async () => {
    await stop('session', await sessionOf(blocked.holder().pid));

    expect(logged()).toMatchObject([
      {
        event: 'session.stop-asked',
        operator: { door: 'cli' },
        data: { pid: blocked.holder().pid, application: 'holder', what: 'session' },
      },
      { event: 'session.stopped', data: { pid: blocked.holder().pid } },
    ]);
  });

  test.each(['', 'yes', 'terminate session 1 on default'])(
    'stops nothing for the confirmation %j',
    async (confirmation) => {
      const { pid, startedAt } = await sessionOf(blocked.holder().pid);

      const error = await errorOf(
        app.client.activity.cancel({ pid, startedAt, what: 'session', confirmation }),
      );

      expect(error).toMatchObject({ code: 'CONFIRMATION_MISMATCH', exitCode: 6 });
      expect(await sessionOf(pid)).toMatchObject({ pid });
    },
  );

  test('stops nothing of a target that is read-only', async () => {
    const session = await sessionOf(blocked.holder().pid);
    const guarded = await openApp({ ...blocked.migration().env(), UNWIND_GUARD: 'read-only' });
    const { pid, startedAt } = session;
    const confirmation = phraseOf('session', pid);
    try {
      const error = await errorOf(
        guarded.client.activity.cancel({ pid, startedAt, what: 'session', confirmation }),
      );

      expect(error).toMatchObject({ code: 'TARGET_READ_ONLY', exitCode: 6 });
    } finally {
      await guarded.close();
    }
    expect(await sessionOf(pid)).toMatchObject({ pid });
  });

  test('stops nothing where the process id is another session by now', async () => {
    const { pid } = blocked.holder();

    const result = await stop('session', { pid, startedAt: '2020-01-01T00:00:00.000000Z' });

    expect(result).toMatchObject({ outcome: 'gone', session: null });
    expect(await sessionOf(pid)).toMatchObject({ pid });
  });

  test('cannot reach a session that does not work on the tables of the target', async () => {
    const session = await sessionOf(blocked.holder().pid);
    await blocked.holder().client.query('ROLLBACK');
    expect(await blocked.waited()).toBe('done');

    const result = await stop('session', session);

    expect(result.outcome).toBe('gone');
    await blocked.holder().client.query('SELECT 1');
  });
});

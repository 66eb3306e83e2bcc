import { describe, expect, test } from 'vitest';
import {
  type DatabaseSession,
  lockTree,
  stopPhrase,
} from '../../../../src/shared/domain/activity.ts';

function aSession(pid: number, ...blockedBy: number[]): DatabaseSession {
  return {
    pid,
    startedAt: '2026-11-21T03:00:00.000000Z',
    user: 'app',
    application: '',
    client: 'socket',
    state: null,
    statement: null,
    transactionSince: null,
    locks: [],
    blockedBy,
    own: false,
  };
}

function tree(...sessions: DatabaseSession[]): readonly string[] {
  return lockTree(sessions).map(
    ({ session, depth }) => `${'-'.repeat(depth)}${String(session.pid)}`,
  );
}

describe('tree of blockers', () => {
  test('puts each session below the one that it waits for', () => {
    expect(tree(aSession(3, 2), aSession(1), aSession(2, 1), aSession(4, 1))).toEqual([
      '1',
      '-2',
      '--3',
      '-4',
    ]);
  });

  test('lists a session once that waits for several', () => {
    expect(tree(aSession(1), aSession(2), aSession(3, 2, 1))).toEqual(['1', '2', '-3']);
  });

  test('lists a session on top that waits for one that is not listed', () => {
    expect(tree(aSession(2, 99))).toEqual(['2']);
  });

  test('lists every session of a circle once', () => {
    expect(tree(aSession(1, 2), aSession(2, 1), aSession(3, 1))).toEqual(['1', '-2', '-3']);
  });
});

describe('phrase to stop a session', () => {
  test('names act, session and target', () => {
    expect(stopPhrase('statement', 7, 'prod')).toBe('cancel the statement of session 7 on prod');
    expect(stopPhrase('session', 7, 'prod')).toBe('terminate session 7 on prod');
  });
});

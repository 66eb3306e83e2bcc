import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../../src/shared/domain/error-codes.ts';
import {
  assertNever,
  fromWire,
  invariant,
  OperatorError,
  toOperatorError,
  toWire,
  WireError,
} from '../../../src/shared/domain/operator-error.ts';

function anError(cause?: unknown): OperatorError {
  return new OperatorError('TARGET_LOCKED', {
    message: 'ada holds prod.',
    hint: 'Wait.',
    details: { runId: 'r', since: null, ids: ['a', 'b'] },
    cause,
  });
}

describe('error for an operator', () => {
  test('knows kind, exit code and whether a retry helps from its code', () => {
    expect(anError()).toMatchObject({
      kind: 'locked',
      exitCode: 7,
      retryable: true,
      name: 'OperatorError',
    });
  });

  test('crosses a process border whole', () => {
    const wire = structuredClone(toWire(anError()));

    const rebuilt = fromWire(WireError.parse(JSON.parse(JSON.stringify(wire))));

    expect(rebuilt).toBeInstanceOf(OperatorError);
    expect(toWire(rebuilt)).toEqual(wire);
    expect(rebuilt).toMatchObject({
      code: 'TARGET_LOCKED',
      message: 'ada holds prod.',
      hint: 'Wait.',
    });
  });

  test('leaves its cause behind at the border', () => {
    const error = anError(new Error('password=hunter2'));

    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(toWire(error))).not.toContain('hunter2');
  });

  test.each([new TypeError('x is not a function'), 'a string', { code: 'EACCES' }])(
    'stands in for anything else that is thrown (%#)',
    (thrown) => {
      expect(toOperatorError(thrown)).toMatchObject({
        code: 'INTERNAL',
        kind: 'bug',
        exitCode: 1,
        cause: thrown,
      });
    },
  );

  test('stays itself', () => {
    const error = anError();

    expect(toOperatorError(error)).toBe(error);
  });

  test('says which impossible case was reached', () => {
    expect(() => assertNever('odd' as never)).toThrow(
      expect.objectContaining({
        code: 'INTERNAL',
        message: expect.stringContaining('"odd"') as string,
      }),
    );
  });

  test('is thrown by an invariant that does not hold', () => {
    expect(() => {
      invariant(false, 'Item 3 has no object.');
    }).toThrow(expect.objectContaining({ code: 'INTERNAL', message: 'Item 3 has no object.' }));
    invariant(true, 'fine');
  });

  test('refuses a wire form with unknown fields or codes', () => {
    const wire = toWire(anError());

    expect(WireError.safeParse({ ...wire, stack: 'at …' }).success).toBe(false);
    expect(WireError.safeParse({ ...wire, code: 'NO_SUCH_CODE' }).success).toBe(false);
  });
});

describe('table of error codes', () => {
  test.each<[number, readonly ErrorCode[]]>([
    [1, ['SANDBOX_FAILED', 'INTERNAL']],
    [2, ['USAGE_INVALID', 'CONFIG_INVALID', 'SCOPE_EMPTY', 'TARGET_NOT_FOUND', 'RUN_NOT_FOUND']],
    [3, ['DATABASE_NOT_FOUND', 'DATABASE_BUSY', 'COMMIT_OUTCOME_UNKNOWN']],
    [4, ['R2_UNREACHABLE', 'R2_CREDENTIALS_REJECTED', 'R2_OBJECT_CHANGED']],
    [5, ['FILE_FAILED', 'DISK_FULL']],
    [
      6,
      [
        'PLAN_STALE',
        'PLAN_BLOCKED',
        'PLAN_ALREADY_EXECUTED',
        'CONFIRMATION_MISMATCH',
        'BACKUP_REQUIRED',
      ],
    ],
    [7, ['TARGET_LOCKED']],
    [8, ['RUN_INCOMPLETE']],
    [9, ['RUN_FILE_INVALID', 'PLAN_EDITED', 'SNAPSHOT_INVALID', 'VERIFICATION_FAILED']],
    [130, ['CANCELLED']],
  ])('gives exit status %i to what it documents', (exitCode, codes) => {
    expect(codes.map((code) => ERROR_CODES[code].exitCode)).toEqual(codes.map(() => exitCode));
  });

  test('names conditions in capitals and no success', () => {
    for (const [code, { exitCode }] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
      expect(exitCode).not.toBe(0);
    }
  });

  test('lets only what may pass by itself be tried again', () => {
    const retryable = Object.entries(ERROR_CODES).filter(([, { retryable: may }]) => may);

    expect(retryable.map(([code]) => code)).toEqual([
      'DATABASE_BUSY',
      'DATABASE_UNREACHABLE',
      'DATABASE_TIMEOUT',
      'DATABASE_CONFLICT',
      'R2_UNREACHABLE',
      'R2_RATE_LIMITED',
      'R2_FAILED',
      'TARGET_LOCKED',
    ]);
  });
});

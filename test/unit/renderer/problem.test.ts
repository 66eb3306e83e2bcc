import { ORPCError } from '@orpc/client';
import { describe, expect, test } from 'vitest';
import { isChannelFailure, operatorErrorOf, toProblem } from '../../../src/renderer/problem.ts';
import { ConnectionLostError } from '../../../src/renderer/transport/connection.ts';
import { OperatorError, toWire } from '../../../src/shared/domain/operator-error.ts';

const stale = new OperatorError('PLAN_STALE', {
  message: 'Row 7 moved since the plan.',
  hint: 'Plan again.',
  details: { rows: ['7'] },
});

describe('problem', () => {
  test('is the operator error that came over the wire, whole', () => {
    const error = new ORPCError('OPERATOR_ERROR', { defined: true, data: toWire(stale) });

    expect(operatorErrorOf(error)).toBeInstanceOf(OperatorError);
    expect(toProblem(error)).toEqual({
      code: 'PLAN_STALE',
      kind: 'stale',
      message: 'Row 7 moved since the plan.',
      hint: 'Plan again.',
      details: { rows: ['7'] },
      retryable: false,
    });
  });

  test('says that the outcome is unknown when the connection closed before the answer', () => {
    expect(toProblem(new ConnectionLostError('closed'))).toMatchObject({
      code: 'CONNECTION_LOST',
      kind: 'outcome-unknown',
    });
  });

  test('names what the contract refused', () => {
    const issues = [{ message: 'a date is written YYYY-MM-DD' }];
    const error = new ORPCError('BAD_REQUEST', { data: { issues } });

    expect(toProblem(error)).toMatchObject({
      code: 'USAGE_INVALID',
      message: 'Unwind refused what was asked: a date is written YYYY-MM-DD.',
    });
  });

  test('is a bug when it is nothing that is known', () => {
    expect(toProblem(new TypeError('x is not a function'))).toMatchObject({
      code: 'INTERNAL',
      kind: 'bug',
    });
  });

  test('of a stream is told apart from a broken channel', () => {
    expect(isChannelFailure(new Error('closed'))).toBe(true);
    expect(isChannelFailure(new ORPCError('OPERATOR_ERROR', { data: toWire(stale) }))).toBe(false);
    expect(isChannelFailure(stale)).toBe(false);
  });
});

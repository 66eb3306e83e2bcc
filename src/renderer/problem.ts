import { ORPCError } from '@orpc/client';
import type { ErrorKind } from '../shared/domain/error-codes.ts';
import {
  fromWire,
  type JsonValue,
  OperatorError,
  toOperatorError,
  type WireError,
} from '../shared/domain/operator-error.ts';
import { ConnectionLostError } from './transport/connection.ts';

/** An error as the page shows it: what happened, the next thing to do, and the facts. */
export interface Problem {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, JsonValue>>;
  readonly retryable: boolean;
}

/** Turns anything that a call threw into what the page shows. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ConnectionLostError) {
    return {
      code: 'CONNECTION_LOST',
      kind: 'outcome-unknown',
      message: 'The connection to Unwind closed before the answer came.',
      hint: 'What was asked may have been done. Look at the page of the run before asking again.',
      details: {},
      retryable: true,
    };
  }
  return fromOperatorError(operatorErrorOf(error));
}

/** The `OperatorError` that a call failed with; anything that is not one is `INTERNAL`. */
export function operatorErrorOf(error: unknown): OperatorError {
  if (!(error instanceof ORPCError)) return toOperatorError(error);
  if (error.code === 'OPERATOR_ERROR') return fromWire(error.data as WireError);
  if (error.code === 'BAD_REQUEST') {
    return new OperatorError('USAGE_INVALID', {
      message: `Unwind refused what was asked: ${issuesOf(error.data)}`,
      hint: 'Correct the values and ask again. Nothing was changed.',
      cause: error,
    });
  }
  return toOperatorError(error);
}

/** Whether a stream broke because the channel closed, rather than by an answer of the router. */
export function isChannelFailure(error: unknown): boolean {
  return !(error instanceof ORPCError) && !(error instanceof OperatorError);
}

/** The problem that a run file or an answer carries as data. */
export function problemOfWire(wire: WireError): Problem {
  return fromOperatorError(fromWire(wire));
}

function fromOperatorError(error: OperatorError): Problem {
  const { code, kind, message, hint, details, retryable } = error;
  return { code, kind, message, hint, details, retryable };
}

function issuesOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('issues' in data)) return 'invalid input.';
  if (!Array.isArray(data.issues)) return 'invalid input.';
  const messages = data.issues.map((issue: unknown) =>
    typeof issue === 'object' && issue !== null && 'message' in issue ? String(issue.message) : '',
  );
  return `${messages.filter((text) => text !== '').join('; ')}.`;
}

import { z } from 'zod';
import { ERROR_CODES, type ErrorCode, type ErrorKind, type ExitCode } from './error-codes.ts';

/** A value that survives JSON unchanged; what the details of an error may carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What an error is built from. */
export interface OperatorErrorInit {
  /** What was tried, on what, and what happened. One or two plain sentences, no secret. */
  readonly message: string;
  /** The next thing to do, naming the command or the button. */
  readonly hint: string;
  /** The facts: ids, counts, expected and actual. No secret. */
  readonly details?: Readonly<Record<string, JsonValue>>;
  readonly cause?: unknown;
}

/**
 * The one error class that operators meet. Anything else that is thrown is a bug and is shown as `INTERNAL`.
 *
 * Crosses every process border as a `WireError`; `fromWire` makes the same class again on the other side.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: Readonly<Record<string, JsonValue>>;

  constructor(code: ErrorCode, init: OperatorErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.hint = init.hint;
    this.details = init.details ?? {};
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code].kind;
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code].exitCode;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

const errorCodes = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

/** An `OperatorError` as it crosses a process border and as `--json` prints it. */
export const WireError = z.strictObject({
  code: z.enum(errorCodes),
  kind: z.string(),
  exitCode: z.number().int(),
  retryable: z.boolean(),
  message: z.string(),
  hint: z.string(),
  details: z.record(z.string(), z.json()),
});
export type WireError = z.infer<typeof WireError>;

/** Returns `error` itself when it is ours, else an `INTERNAL` error that keeps it as its cause. */
export function toOperatorError(error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new OperatorError('INTERNAL', {
    message: `Unwind met a condition it does not handle: ${text}`,
    hint: 'Nothing is repeated by itself. Report this as a bug, with logs/bugs.log of the workspace.',
    cause: error,
  });
}

/** The JSON form of an error; the cause stays behind (it may hold what must not leave the process). */
export function toWire(error: unknown): WireError {
  const known = toOperatorError(error);
  return {
    code: known.code,
    kind: known.kind,
    exitCode: known.exitCode,
    retryable: known.retryable,
    message: known.message,
    hint: known.hint,
    details: known.details as WireError['details'],
  };
}

/** Rebuilds the error that `toWire` took apart. */
export function fromWire(wire: WireError): OperatorError {
  return new OperatorError(wire.code, {
    message: wire.message,
    hint: wire.hint,
    details: wire.details,
  });
}

/** Ends a `switch` over a union: the compiler proves that it is never reached. */
export function assertNever(value: never): never {
  throw new OperatorError('INTERNAL', {
    message: `A case that cannot exist was reached: ${JSON.stringify(value)}`,
    hint: 'Report this as a bug, with logs/bugs.log of the workspace.',
  });
}

/** Throws `INTERNAL` when a condition that the code relies on does not hold. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (condition) return;
  throw new OperatorError('INTERNAL', {
    message,
    hint: 'Report this as a bug, with logs/bugs.log of the workspace.',
  });
}

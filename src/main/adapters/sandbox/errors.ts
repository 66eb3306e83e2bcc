import { OperatorError } from '../../../shared/domain/operator-error.ts';

interface Failure {
  /** What was tried, as in `starting the sandbox`. */
  readonly during: string;
  readonly path: string;
  readonly reason: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

export function sandboxFailed(failure: Failure): OperatorError {
  return new OperatorError('SANDBOX_FAILED', {
    message: `Tried ${failure.during} in ${failure.path}: ${failure.reason}`,
    hint:
      failure.hint ??
      `Look into ${failure.path}.log. "unwind sandbox reset" builds the sandbox anew from its seed.`,
    details: { path: failure.path },
    cause: failure.cause,
  });
}

export function sandboxMissing(path: string): OperatorError {
  return new OperatorError('SANDBOX_MISSING', {
    message: `There is no sandbox in ${path}.`,
    hint: 'Make one with "unwind sandbox create".',
    details: { path },
  });
}

export function sandboxExists(path: string, seed: number): OperatorError {
  return new OperatorError('SANDBOX_EXISTS', {
    message: `There is a sandbox in ${path} already (seed ${String(seed)}); nothing was changed.`,
    hint: 'Use it with "unwind sandbox start", or build it anew with "unwind sandbox reset".',
    details: { path, seed },
  });
}

/** The code of an error of Node or of a driver, such as `ENOENT` or `SQLITE_BUSY`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

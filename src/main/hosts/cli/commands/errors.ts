import { ERROR_CODES, type ErrorCode } from '../../../../shared/domain/error-codes.ts';
import { ERROR_GUIDE } from '../../../../shared/domain/error-guide/error-guide.ts';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import type { ExplainedError } from '../json/documents.ts';
import { renderErrorGuide, renderErrorList } from '../render/errors.ts';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** `unwind errors [CODE]`: what an error code means, how to see that it is so, and what to do. Opens nothing. */
export function runErrors(
  { terminal }: CommandContext,
  { args }: { readonly args: readonly string[] },
): Promise<CommandResult<'errors'>> {
  const [wanted] = args;
  const errors = (wanted === undefined ? CODES : [codeOf(wanted)]).map(explained);
  const [only] = errors;
  const text =
    wanted === undefined || only === undefined
      ? renderErrorList(terminal, errors)
      : renderErrorGuide(terminal, only);
  return Promise.resolve({ exitCode: 0, text, document: { errors } });
}

/** @throws USAGE_INVALID no error has this code. */
function codeOf(wanted: string): ErrorCode {
  const code = CODES.find((one) => one === wanted.trim().toUpperCase());
  if (code !== undefined) return code;
  throw new OperatorError('USAGE_INVALID', {
    message: `No error has the code ${wanted}.`,
    hint: 'Run `unwind errors` for all of them. The code stands in brackets at the end of an error.',
  });
}

function explained(code: ErrorCode): ExplainedError {
  return { code, ...ERROR_CODES[code], ...ERROR_GUIDE[code] };
}

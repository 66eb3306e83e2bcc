import { ORPCError } from '@orpc/client';
import { z } from 'zod';
import {
  fromWire,
  OperatorError,
  toOperatorError,
  WireError,
} from '../../../shared/domain/operator-error.ts';

/**
 * Turns whatever a procedure threw into an `OperatorError`: its own error, or a refused input, which is a usage error that
 * names the fields.
 */
export function toCliError(error: unknown): OperatorError {
  if (!(error instanceof ORPCError)) return toOperatorError(error);
  const wire = WireError.safeParse(error.data);
  if (wire.success) return fromWire(wire.data);
  if (error.code !== 'BAD_REQUEST') return toOperatorError(error.cause ?? error);
  const issues = InputIssues.safeParse(error.data);
  const named = issues.success ? issues.data.issues.map(issueInWords) : [];
  return new OperatorError('USAGE_INVALID', {
    message: `The input was not accepted: ${named.join('; ') || error.message}.`,
    hint: 'Correct the option; --help shows what is allowed.',
    cause: error,
  });
}

const InputIssues = z.object({
  issues: z.array(
    z.object({
      message: z.string(),
      path: z.array(z.union([z.string(), z.number()])).default([]),
    }),
  ),
});

function issueInWords(issue: z.infer<typeof InputIssues>['issues'][number]): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}

import { z } from 'zod';

/** An operation as an audit file has it; names of the fields that may say how it went, by what is known of the reference's files. */
const Operation = z.looseObject({
  success: z.boolean().optional(),
  status: z.string().optional(),
  result: z.string().optional(),
  error: z.unknown().optional(),
  operation: z.string().optional(),
});

const AuditFile = z.union([z.array(Operation), z.looseObject({ operations: z.array(Operation) })]);

const FAILED = /fail|error/i;

/**
 * Counts the operations of a `rollback_audit_*.json`, and those that say that they failed: by a flag, a word, an error, or the name of the
 * event, whichever is there. `null` for a text that is no audit file.
 */
export function countOperations(
  text: string,
): { readonly total: number; readonly failed: number } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const audit = AuditFile.safeParse(parsed);
  if (!audit.success) return null;
  const operations = Array.isArray(audit.data) ? audit.data : audit.data.operations;
  return { total: operations.length, failed: operations.filter(hasFailed).length };
}

function hasFailed({
  success,
  status,
  result,
  error,
  operation,
}: z.infer<typeof Operation>): boolean {
  if (success !== undefined) return !success;
  if (error !== undefined && error !== null && error !== '') return true;
  return FAILED.test(status ?? result ?? operation ?? '');
}

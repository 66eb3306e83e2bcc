import { type JsonValue, OperatorError } from '../../../shared/domain/operator-error.ts';
import type { PostgresSchema } from './schema.ts';

/** The error for rows that do not hold what was written to them in this transaction, which is rolled back. */
export function triggerInterfered(
  schema: PostgresSchema,
  row: {
    readonly name: string;
    readonly id: Readonly<Record<string, string>>;
    readonly expected: JsonValue;
    readonly found: JsonValue;
  },
): OperatorError {
  const triggers = schema.updateTriggers;
  const cause =
    triggers.length === 0
      ? 'Something in the database that is neither a trigger nor a rule of its tables'
      : `A trigger or rule (one of: ${triggers.join(', ')})`;
  return new OperatorError('DATABASE_FAILED', {
    message: `${cause} changed the rows of ${row.name} further than planned, or kept them from being changed; nothing of this chunk was written.`,
    hint: 'Disable the trigger for the time of the run (ALTER TABLE … DISABLE TRIGGER …) and enable it again afterwards; then "unwind resume".',
    details: { ...row.id, triggers: [...triggers], expected: row.expected, found: row.found },
  });
}

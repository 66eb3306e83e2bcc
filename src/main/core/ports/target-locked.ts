import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { LeaseHolder } from './lease.ts';

/** The refusal of a lease that another one has: `database` is its place for people, `hint` may add how to look at the holder. */
export function targetLocked(
  database: string,
  holder: LeaseHolder | undefined,
  hint = '',
): OperatorError {
  const facts =
    holder === undefined
      ? null
      : { ...holder.operator, runId: holder.runId, since: holder.since, token: holder.token };
  const who =
    facts === null
      ? 'another process'
      : `${facts.user}@${facts.host} (pid ${String(facts.pid)}, ${facts.door}) for run ${facts.runId} since ${facts.since}`;
  return new OperatorError('TARGET_LOCKED', {
    message: `The database ${database} is being changed by ${who}.`,
    hint: `Wait for that run to end, or stop it where it was started; its lease ends with its process.${hint}`,
    details: { database, holder: facts },
  });
}

import { hostname, userInfo } from 'node:os';
import type { Operator } from '../../../shared/domain/target.ts';

/** Who runs this process: the OS user (its number where it has no name), host and process id. */
export function thisOperator(door: Operator['door']): Operator {
  return { user: userName(), host: hostname(), pid: process.pid, door };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id without an entry in the user database: the number is the identity then.
    return `uid ${String(process.getuid?.() ?? 'unknown')}`;
  }
}

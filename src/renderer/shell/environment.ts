import type { TargetEntry } from '../../shared/contract/target.ts';

/** How dangerous a target is: the sandbox can be thrown away, anything configured is real. */
export type Environment = 'sandbox' | 'target';

/** The environment of a target by its name; a name that is not listed any more counts as real. */
export function environmentOf(name: string, targets: readonly TargetEntry[]): Environment {
  const entry = targets.find((candidate) => candidate.name === name);
  return entry?.source === 'sandbox' ? 'sandbox' : 'target';
}

import type { PlanSummary } from '../../../shared/domain/plan.ts';
import type { GlobalOptions } from './command.ts';

const carried = [
  ['--config', 'config'],
  ['--home', 'home'],
  ['--d1-path', 'd1Path'],
  ['--bucket', 'bucket'],
  ['--endpoint', 'endpoint'],
  ['--originals', 'originals'],
] as const satisfies readonly (readonly [string, keyof GlobalOptions])[];

/**
 * The plan with a command that carries the settings this one was given as options: without them it would look for the target
 * somewhere else.
 */
export function withCarriedOptions(plan: PlanSummary, globals: GlobalOptions): PlanSummary {
  const options = carriedOptions(globals);
  return options.length === 0
    ? plan
    : { ...plan, executeCommand: [plan.executeCommand, ...options].join(' ') };
}

/** The options that say where the target is, as this command was given them. */
export function carriedOptions(globals: GlobalOptions): readonly string[] {
  return carried.flatMap(([flag, name]) => {
    const value = globals[name];
    return value === undefined ? [] : [flag, shellWord(value)];
  });
}

/** One word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

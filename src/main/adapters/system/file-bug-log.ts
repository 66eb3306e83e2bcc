import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BugLog } from '../../core/ports/bug-log.ts';
import { makeFolder } from './make-folder.ts';

/** Keeps bugs in `logs/bugs.log` of a workspace, secrets replaced by value. */
export function fileBugLog(options: {
  readonly workspacePath: string;
  /** What must never be written, as it is known at that moment. */
  readonly secrets: () => readonly string[];
}): BugLog {
  const folder = join(options.workspacePath, 'logs');

  return {
    append: (bug) => {
      const text = `${new Date().toISOString()} ${bug.code} ${stacksOf(bug)}\n`;
      const clean = options
        .secrets()
        .reduce((kept, secret) => kept.replaceAll(secret, '[redacted]'), text);
      try {
        makeFolder(folder);
        appendFileSync(join(folder, 'bugs.log'), clean);
      } catch {
        // A workspace that cannot be written must not hide the bug itself, which is on its way to the operator.
      }
    },
  };
}

/** The stack of an error and of everything that caused it. */
function stacksOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${stacksOf(error.cause)}`;
}

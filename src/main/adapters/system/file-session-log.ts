import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { SessionLog } from '../../core/ports/session-log.ts';
import { fileError } from './file-error.ts';
import { makeFolder } from './make-folder.ts';

/** Keeps one JSON line per event in `logs/sessions.log` of a workspace, secrets replaced by value: a statement may hold one. */
export function fileSessionLog(options: {
  readonly workspacePath: string;
  /** What must never be written, as it is known at that moment. */
  readonly secrets: () => readonly string[];
}): SessionLog {
  const folder = join(options.workspacePath, 'logs');
  const path = join(folder, 'sessions.log');

  function write(line: string): void {
    makeFolder(folder);
    const descriptor = openSync(path, 'a', 0o600);
    try {
      // Goes on until every byte is written; writeSync may stop short on a disk that fills up, in the middle of a line.
      writeFileSync(descriptor, line);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  return {
    append: (entry) => {
      const line = `${JSON.stringify(entry)}\n`;
      const clean = options
        .secrets()
        .reduce((kept, secret) => kept.replaceAll(secret, '[redacted]'), line);
      try {
        write(clean);
      } catch (error) {
        throw notWritten(error, path);
      }
    },
  };
}

function notWritten(error: unknown, path: string): OperatorError {
  const failure = `A session is stopped only where that is written down, and ${path} could not be written`;
  const hint = 'Free space or mend the rights on UNWIND_HOME, then try again.';
  return fileError(error, { path, failure, hint });
}

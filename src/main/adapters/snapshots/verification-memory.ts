import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SnapshotId, SnapshotVerification } from '../../../shared/domain/snapshot.ts';
import { makeFolder } from '../system/make-folder.ts';
import { syncFolder } from '../system/sync-path.ts';

const Line = SnapshotVerification.extend({ snapshotId: SnapshotId });

/** What verifications found, one line each, in the order in which they ended. */
export interface VerificationMemory {
  /** The newest of each snapshot. */
  newest(): Promise<ReadonlyMap<string, SnapshotVerification>>;
  /** Durable on return. */
  append(snapshotId: string, verification: SnapshotVerification): void;
}

/** Keeps the memory in one file that only grows. */
export function verificationMemory(path: string): VerificationMemory {
  return {
    newest: async () => {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
        throw error;
      });
      return new Map(text.split('\n').flatMap((line) => entryOf(line) ?? []));
    },
    append: (snapshotId, verification) => {
      makeFolder(dirname(path));
      const descriptor = openSync(path, 'a', 0o600);
      try {
        // Begins with a line end: a line that a process died in must not swallow this one.
        writeFileSync(descriptor, `\n${JSON.stringify({ snapshotId, ...verification })}\n`);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      syncFolder(dirname(path));
    },
  };
}

/** A line that is not whole says nothing: the verification that it was about is simply not remembered. */
function entryOf(line: string): readonly (readonly [string, SnapshotVerification])[] | undefined {
  if (line === '') return undefined;
  const parsed = Line.safeParse(tryJson(line));
  if (!parsed.success) return undefined;
  const { snapshotId, ...verification } = parsed.data;
  return [[snapshotId, verification]];
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

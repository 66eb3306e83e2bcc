import type { Check } from '../../../shared/domain/check.ts';
import type { Clock } from '../ports/clock.ts';
import { nowIso } from '../ports/clock.ts';
import { type Answer, check } from '../ports/diagnosis.ts';
import type { RunFiles } from '../ports/run-file.ts';
import type { WorkspaceDisk } from '../ports/workspace-disk.ts';
import { ok, skipped } from './answers.ts';
import { bytesInWords } from './bytes-in-words.ts';
import type { Needed, ReadableTarget } from './dependencies.ts';
import { type DiskNeed, estimateDiskNeed } from './disk-need.ts';

const WRITABLE = { name: 'workspace.writable', title: 'The workspace can be written' } as const;
const DISK = {
  name: 'workspace.disk',
  title: 'The disk has room for snapshot and run file',
} as const;
const CLOCK = { name: 'workspace.clock', title: 'The clock of this machine goes forward' } as const;
const VERSIONS = { name: 'workspace.versions', title: 'Versions' } as const;

/** A sync that takes longer than this makes a run slow: each chunk waits for several. */
const SLOW_SYNC_MS = 250;
/** Below this multiple of the need something else on the disk may use up what is left. */
const COMFORT = 2;

/** Whether the workspace keeps what is written to it. */
export function checkWritable(disk: WorkspaceDisk): Promise<Check> {
  return check(WRITABLE, async () => {
    const syncMs = Math.round(await disk.proveWritable());
    const finding = `${disk.path}: a file was written, synced, renamed and removed in ${String(syncMs)} ms.`;
    if (syncMs <= SLOW_SYNC_MS) return ok(finding);
    return {
      state: 'warning',
      finding: `${finding} That is slow: a run waits for the disk at every chunk.`,
      fix: 'Move the workspace (UNWIND_HOME) to a local disk.',
    };
  });
}

/** Whether the disk has room for a rollback of everything. */
export async function checkDisk(
  disk: WorkspaceDisk,
  readable: Needed<ReadableTarget>,
): Promise<Check> {
  if ('missing' in readable) return skipped(DISK, readable.missing);
  const { database, sample } = readable.had;
  return check(DISK, async () => {
    const freeBytes = await disk.readFreeBytes();
    const reader = await database.openReader();
    try {
      return diskAnswer(disk.path, { freeBytes, need: await estimateDiskNeed(reader, sample) });
    } finally {
      await reader.close();
    }
  });
}

function diskAnswer(
  path: string,
  { freeBytes, need }: { readonly freeBytes: number; readonly need: DiskNeed },
): Answer {
  const finding = [
    `${bytesInWords(freeBytes)} free at ${path};`,
    `a rollback of everything takes up to ${bytesInWords(need.totalBytes)}:`,
    `${need.recordCount.toLocaleString('en-US')} records × (${String(need.snapshotBytesPerRecord)} B snapshot, measured on a sample, + ${String(need.runFileBytesPerItem)} B run file) + ${bytesInWords(need.logBytes)} of logs.`,
  ].join(' ');
  if (freeBytes >= need.totalBytes * COMFORT) return ok(finding);
  return {
    state: freeBytes < need.totalBytes ? 'failed' : 'warning',
    finding,
    fix: 'Free space on that disk, move the workspace (UNWIND_HOME), or roll back batch by batch.',
  };
}

/** Whether this machine's clock is behind what it wrote itself before. Other clocks are compared by the parts that have one. */
export function checkClock(clock: Clock, runFiles: RunFiles): Promise<Check> {
  return check(CLOCK, () => {
    const now = clock.nowMs();
    const newest = runFiles.list()[0];
    const madeMs = newest === undefined ? undefined : ulidTimeMs(newest);
    const finding = `This machine says ${nowIso(clock)}.`;
    if (madeMs === undefined || madeMs <= now) return ok(finding);
    return {
      state: 'warning',
      finding: `${finding} The newest plan of the workspace was made at ${new Date(madeMs).toISOString()}, which is later.`,
      fix: 'Set the clock of this machine (NTP): times in rows, reports and signatures of R2 requests come from it.',
    };
  });
}

/** Which products with which versions take part on this machine. */
export function listVersions(versions: readonly string[]): Check {
  return { ...VERSIONS, ...ok(`${versions.join(', ')}.`) };
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The moment in a ULID: its first ten characters, in milliseconds since 1970. */
function ulidTimeMs(ulid: string): number {
  return Array.from(ulid.slice(0, 10)).reduce(
    (time, character) => time * 32 + CROCKFORD.indexOf(character),
    0,
  );
}

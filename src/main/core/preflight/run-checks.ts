import type { Check } from '../../../shared/domain/check.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { LEASE_LINE } from '../../../shared/domain/preflight.ts';
import { check } from '../ports/diagnosis.ts';
import type { LeaseHolder } from '../ports/lease.ts';
import type { RunFiles, StoredRunState } from '../ports/run-file.ts';
import { ok, skipped } from './answers.ts';
import type { Needed, ReadableTarget } from './dependencies.ts';

const LEASE = { name: LEASE_LINE, title: 'Nobody else changes the target' } as const;
const UNFINISHED = {
  name: 'workspace.unfinished-runs',
  title: 'No run of the target is unfinished',
} as const;

/** How many run files are looked at, the newest first. */
const MAX_RUNS = 500;
const NAMED = 3;

/** States in which a run waits for the operator. `running` is one unless its process holds the lease. */
const WAITING: ReadonlySet<StoredRunState> = new Set([
  'running',
  'stopped',
  'at-checkpoint',
  'failed',
  'partial',
]);

/** Whether the target is free. */
export async function checkLease(readable: Needed<ReadableTarget>): Promise<Check> {
  if ('missing' in readable) return skipped(LEASE, readable.missing);
  const { leases } = readable.had;
  return check(LEASE, async () => {
    const holder = await leases.find();
    if (holder === undefined) return ok('No run holds the lease of the target.');
    return {
      state: 'failed',
      finding: `Run ${holder.runId} is going on, by ${inWords(holder)} since ${holder.since}.`,
      fix: 'Wait until it has ended, or stop it there. A second run would be refused.',
    };
  });
}

function inWords({ operator }: LeaseHolder): string {
  return `${operator.user} on ${operator.host} (process ${String(operator.pid)}, ${operator.door})`;
}

/** Whether a run of the target waits to be resumed. */
export async function checkUnfinishedRuns(
  runFiles: RunFiles,
  readable: Needed<ReadableTarget>,
): Promise<Check> {
  if ('missing' in readable) return skipped(UNFINISHED, readable.missing);
  const { target, leases } = readable.had;
  return check(UNFINISHED, async () => {
    const { fingerprint } = await target.identify();
    const heldRunId = (await leases.find())?.runId;
    const ids = runFiles.list();
    const waiting = ids
      .slice(0, MAX_RUNS)
      .filter((runId) => runId !== heldRunId && isWaiting(runFiles, { runId, fingerprint }));
    const looked =
      ids.length > MAX_RUNS
        ? ` Looked at the newest ${String(MAX_RUNS)} of ${String(ids.length)}.`
        : '';
    const [first] = waiting;
    if (first === undefined) return ok(`No run of this workspace waits to be resumed.${looked}`);
    const named = waiting.slice(0, NAMED).join(', ');
    const more = waiting.length > NAMED ? ' and others' : '';
    return {
      state: 'warning',
      finding: `${String(waiting.length)} not finished: ${named}${more}.${looked}`,
      fix: 'Finish them, or take them back, before a new rollback of the same files is planned.',
      statement: `unwind resume ${first}`,
    };
  });
}

function isWaiting(
  runFiles: RunFiles,
  wanted: { readonly runId: string; readonly fingerprint: string },
): boolean {
  try {
    const runFile = runFiles.open(wanted.runId, 'read');
    try {
      return (
        runFile.readPlan().target.fingerprint === wanted.fingerprint &&
        WAITING.has(runFile.readRun().state)
      );
    } finally {
      runFile.close();
    }
  } catch (error) {
    // A damaged run file is no unfinished run; opening it by its id says what is wrong with it.
    if (error instanceof OperatorError && error.code === 'RUN_FILE_INVALID') return false;
    throw error;
  }
}

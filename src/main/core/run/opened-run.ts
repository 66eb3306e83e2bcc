import { toOperatorError } from '../../../shared/domain/operator-error.ts';
import type { Operator } from '../../../shared/domain/target.ts';
import { mappingOfDrop } from '../plan/mapping-of-drop.ts';
import { type Clock, nowIso } from '../ports/clock.ts';
import type { Lease } from '../ports/lease.ts';
import type { MigrationWriter } from '../ports/migration-database.ts';
import type { RunFile, RunFiles } from '../ports/run-file.ts';
import type { OpenTarget, Targets } from '../ports/target.ts';

/** What a run is opened with. */
interface OpeningParts {
  readonly targets: Targets;
  readonly runFiles: RunFiles;
  readonly operator: Operator;
  readonly clock: Clock;
}

/** A run file open for writing, its target, and the lease of it. */
export interface Opened {
  readonly runFile: RunFile;
  readonly target: OpenTarget;
  readonly lease: Lease;
}

/** Closes everything of a run, the lease after its file: whoever gets it next finds a settled file. */
export function closeOpened({ runFile, lease, target }: Opened): Promise<void> {
  return closeAll([() => runFile.close(), () => lease.release(), () => target.close()]);
}

type Closing = () => unknown;

/** `closeAll` after something failed: that speaks, not what closing meets on the same broken disk or connection. */
export async function closeAfterFailure(closings: readonly Closing[]): Promise<void> {
  await closeAll(closings).catch(() => undefined);
}

/** Closes one after the other: what one of them throws must not leave the next open, least of all the lease held. The first failure speaks. */
export async function closeAll(closings: readonly Closing[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closings) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw toOperatorError(failures[0]);
}

/** Hands a new writing session to `launch`, which passes it on to the run; closes it when that does not come about. */
export async function withWriter(
  target: OpenTarget,
  launch: (writer: MigrationWriter) => Promise<void>,
): Promise<void> {
  const writer = await target.database.openWriter();
  try {
    await launch(writer);
  } catch (error) {
    await closeAfterFailure([() => writer.close()]);
    throw error;
  }
}

/** Closes everything when `work` fails: then the run has not begun, or has not gone on. */
export async function closingOnFailure(opened: Opened, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await closeAfterFailure([() => closeOpened(opened)]);
    throw error;
  }
}

/** Opens run file and target, lets `check` refuse, then takes the lease (invariant 2). Leaves nothing open on failure. */
export async function openForRun(
  parts: OpeningParts,
  runId: string,
  check: (runFile: RunFile, target: OpenTarget) => void,
): Promise<Opened> {
  const runFile = parts.runFiles.open(runId, 'write');
  let target: OpenTarget | undefined;
  try {
    runFile.checkSound();
    const plan = runFile.readPlan();
    target = await parts.targets.open(plan.target.name, mappingOfDrop(plan));
    check(runFile, target);
    const lease = await target.leases.acquire({
      operator: parts.operator,
      runId,
      at: nowIso(parts.clock),
    });
    return { runFile, target, lease };
  } catch (error) {
    await closeAfterFailure([() => runFile.close(), () => target?.close()]);
    throw error;
  }
}

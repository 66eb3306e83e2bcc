import type { PreflightEvent } from '../../../shared/contract/preflight.ts';
import { toOperatorError } from '../../../shared/domain/operator-error.ts';
import { PreflightGroup, type PreflightLine } from '../../../shared/domain/preflight.ts';
import type { Part, TargetInParts } from '../ports/target.ts';
import { onceAsPart } from './dependencies.ts';
import { checksOfGroup } from './group-checks.ts';
import type { Inspection, PreflightContext, PreflightRequest } from './preflight-context.ts';
import { sampleRecords } from './sample-records.ts';
import { countLines, resultOf } from './summarize.ts';

/**
 * Looks at every condition that could keep a rollback from working and yields one line for each as soon as it is known, in a fixed
 * order of groups and checks; the report comes last. Changes nothing on the target.
 *
 * A target that cannot be opened is a failed line, and what depends on it is skipped and says so. Stopping the iteration stops the
 * looking after the group that is being looked at.
 */
export async function* runPreflight(
  context: PreflightContext,
  request: PreflightRequest,
): AsyncGenerator<PreflightEvent, void, void> {
  const startedMs = context.clock.nowMs();
  const groups = PreflightGroup.options.filter((group) => request.groups?.includes(group) ?? true);
  const target = await openInParts(context, request.target);
  const lines: PreflightLine[] = [];
  try {
    const inspection: Inspection = {
      ...context,
      mode: request.mode,
      target,
      showsConfiguration: groups.includes('configuration'),
      takeSample: onceAsPart(() => sampleRecords(target)),
    };
    for (const group of groups) {
      for (const check of await checksOfGroup(inspection, group)) {
        const line = { ...check, group };
        lines.push(line);
        yield { kind: 'line', line };
      }
      await context.clock.nextTurn();
    }
  } finally {
    if (target.state === 'open') await target.part.close();
  }
  const counts = countLines(lines);
  yield {
    kind: 'finished',
    report: {
      target: target.state === 'open' ? target.part.name : (request.target ?? null),
      databaseKind: target.state === 'open' ? target.part.databaseKind : null,
      mode: request.mode,
      groups,
      startedAt: new Date(startedMs).toISOString(),
      durationMs: Math.max(0, Math.round(context.clock.nowMs() - startedMs)),
      result: resultOf(counts),
      counts,
      lines,
    },
  };
}

async function openInParts(
  context: PreflightContext,
  name: string | undefined,
): Promise<Part<TargetInParts>> {
  try {
    return { state: 'open', part: await context.targets.openInParts(name) };
  } catch (error) {
    return { state: 'shut', error: toOperatorError(error) };
  }
}

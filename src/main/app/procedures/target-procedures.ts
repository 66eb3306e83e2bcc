import { toQuarantineEntry } from '../../core/run/quarantine-entry.ts';
import { readStatus } from '../../core/status/read-status.ts';
import { showSettings } from '../show-settings.ts';
import { suggestFromEnvironment, suggestFromWrangler } from '../suggest-targets.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { listRuns, reading, readRunDetail } from './read-runs.ts';

/** Runs whose quarantines are listed; older ones are found by their run. */
const MAX_RUNS = 1_000;

/** The procedures that look at targets, their configuration and their state. */
export function targetProcedures(parts: ProcedureContext) {
  return {
    target: {
      list: parts.os.target.list.handler(async () => ({
        targets: [...(await parts.targets.list())],
      })),
      kept: parts.os.target.kept.handler(({ input }) => parts.keeper.find(input.name)),
      suggest: parts.os.target.suggest.handler(async ({ input }) => ({
        suggestions: [
          ...(input.from === 'environment'
            ? suggestFromEnvironment(parts.configuration)
            : await suggestFromWrangler(input.path)),
        ],
      })),
      test: parts.os.target.test.handler(async ({ input }) => ({
        parts: [...(await parts.keeper.test(input))],
      })),
      save: parts.os.target.save.handler(async ({ input }) => {
        await parts.keeper.save(input);
        return {};
      }),
      remove: parts.os.target.remove.handler(async ({ input }) => {
        await parts.keeper.remove(input.name);
        return {};
      }),
      check: parts.os.target.check.handler(async ({ input }) => {
        const target = await parts.targets.open(input.target);
        try {
          await target.objects.checkAccess();
          return target.identity;
        } finally {
          await target.close();
        }
      }),
    },
    config: {
      show: parts.os.config.show.handler(async ({ input }) => ({
        workspace: parts.configuration.workspacePath,
        ...(await showSettings(parts.configuration, input.target)),
      })),
    },
    status: {
      get: parts.os.status.get.handler(async ({ input }) => {
        const target = await parts.targets.open(input.target);
        try {
          return await readStatus(target, parts.clock, input);
        } finally {
          await target.close();
        }
      }),
    },
    quarantine: {
      list: parts.os.quarantine.list.handler(async () => {
        const { runs } = await listRuns(parts, MAX_RUNS);
        const kept = runs.filter(
          (run) => run.quarantine === 'kept' || run.quarantine === 'restored',
        );
        const entries = [];
        for (const run of kept) {
          const detail = await readRunDetail(parts, run.runId);
          entries.push(
            await reading(parts, run.runId, (runFile) => toQuarantineEntry(runFile, detail)),
          );
        }
        return { entries };
      }),
    },
  };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertySettings } from '../../support/migration/property-settings.ts';
import { deathCommands, modelCommands } from '../../support/model/commands.ts';
import { fileSeeds } from '../../support/model/file-seeds.ts';
import { aModel } from '../../support/model/model.ts';
import { aModelBench, type Death } from '../../support/model/model-bench.ts';

/** Tries sequences against the model, and tells how often each thing happened in them. */
async function tried(
  sequences: { readonly commands: typeof modelCommands; readonly death: Death },
  settings: { readonly numRuns: number; readonly seed?: number },
): Promise<ReadonlyMap<string, number>> {
  const tally = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fileSeeds, sequences.commands, async (seeds, commands) => {
      const bench = await aModelBench(seeds, sequences.death);
      const model = aModel(bench);
      try {
        await fc.asyncModelRun(() => ({ model, real: bench }), commands);
      } finally {
        bench.remove();
      }
      for (const [what, times] of model.tally) tally.set(what, (tally.get(what) ?? 0) + times);
    }),
    settings,
  );
  return tally;
}

describe('any sequence of plans, runs, deaths, resumes, undos, purges, edits and rivals', () => {
  test('leaves the world as the model says: nothing lost, nothing overwritten, nothing outside a plan moved', async () => {
    const tally = await tried(
      { commands: modelCommands, death: 'fork' },
      propertySettings({ runs: 1_000 }),
    );

    // Sequences in which nothing happens would prove nothing.
    expect(tally.get('start died')).toBeGreaterThan(0);
    expect(tally.get('start of rollback ended succeeded')).toBeGreaterThan(0);
  }, 3_600_000);

  test('leaves it so, too, where each death is a process that is killed', async () => {
    const tally = await tried({ commands: deathCommands, death: 'SIGKILL' }, { numRuns: 4 });

    expect(tally.get('start died')).toBeGreaterThan(0);
  }, 1_200_000);
});

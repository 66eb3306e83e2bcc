import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertySettings } from '../../support/migration/property-settings.ts';
import { deathCommands, modelCommands } from '../../support/model/commands.ts';
import { fileSeeds, healthySeeds } from '../../support/model/file-seeds.ts';
import { aModel } from '../../support/model/model.ts';
import { aModelBench, type Death } from '../../support/model/model-bench.ts';
import { withoutNamesAndMoments } from '../../support/model/model-world.ts';

const SEQUENCES = 1_000;

const MUST_HAPPEN = [
  'start died',
  'resume died',
  'start of rollback ended succeeded',
  'resume of rollback ended succeeded',
  'start of undo ended succeeded',
  'start of purge ended succeeded',
  'edit midway',
  'rival',
  'again',
] as const;

/** Tries sequences against the model, and tells how often each thing happened in them. */
async function tried(settings: {
  readonly numRuns: number;
  readonly seed: number;
}): Promise<ReadonlyMap<string, number>> {
  const tally = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fileSeeds, modelCommands, async (seeds, commands) => {
      const bench = await aModelBench(seeds);
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

/** The world after each command of a run that dies twice, is gone on with and is taken back. */
async function worldsAround(death: Death, commands: ReturnType<typeof deathCommands>) {
  const bench = await aModelBench(healthySeeds, death);
  const model = aModel(bench);
  try {
    const worlds = [];
    for (const command of commands) {
      expect(command.check(model)).toBe(true);
      await command.run(model, bench);
      worlds.push(withoutNamesAndMoments(model.world));
    }
    return { worlds, tally: model.tally };
  } finally {
    bench.remove();
  }
}

describe('any sequence of plans, runs, deaths, resumes, undos, purges, edits and rivals', () => {
  test('leaves the world as the model says: nothing lost, nothing overwritten, nothing outside a plan moved', async () => {
    const settings = propertySettings({ runs: SEQUENCES });

    const tally = await tried(settings);

    const times = (what: string): number => tally.get(what) ?? 0;
    const deaths = times('start died') + times('resume died');
    console.log(
      `${String(settings.numRuns)} sequences of ${String(times('command'))} commands, ${String(deaths)} deaths, seed ${String(settings.seed)}`,
    );
    // Sequences in which nothing happens would prove nothing; a few, for a quick look, may miss something.
    const due = settings.numRuns < SEQUENCES ? [] : MUST_HAPPEN;
    expect(due.filter((what) => times(what) === 0)).toEqual([]);
  }, 3_600_000);
});

describe('a death of the model', () => {
  // Every rollback of healthy files passes these points, so that each of these processes dies for certain.
  test.each([
    'rows.after-effect',
    'quarantine.after-copy',
    'delete-request.after-send',
    'delete.before-outcome',
  ] as const)(
    'at %s leaves what a process leaves that is killed there',
    async (point) => {
      const killed = await worldsAround('SIGKILL', deathCommands(point));
      const forked = await worldsAround('fork', deathCommands(point));

      expect(killed.worlds).toEqual(forked.worlds);
      expect(Object.fromEntries(killed.tally)).toMatchObject({
        'start died': 1,
        'resume died': 1,
        'resume of rollback ended succeeded': 1,
        'start of undo ended succeeded': 1,
      });
    },
    300_000,
  );
});

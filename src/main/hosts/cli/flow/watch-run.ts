import type { RunDetail } from '../../../../shared/domain/run.ts';
import type { CommandContext } from '../command.ts';
import { endProcessNow } from '../interrupts.ts';
import { createProgressLine } from './progress-line.ts';

/** How a watched run ended, and whether the operator asked it to stop. */
export interface WatchedRun {
  readonly run: RunDetail;
  readonly interrupted: boolean;
}

/**
 * Shows a run's progress until it ends. The first Ctrl-C stops it at the next safe boundary, the second says what a third
 * would do, the third ends the process: the run is then interrupted, and recovery settles what was under way.
 */
export async function watchRun(context: CommandContext, runId: string): Promise<WatchedRun> {
  const { client } = await context.open();
  const line = createProgressLine(context.terminal, { quiet: context.globals.quiet === true });
  let stopping: Promise<unknown> | undefined;
  const stopListening = context.interrupts.listen((count) => {
    if (count === 1) {
      line.print('Stopping at the next safe boundary. Nothing is left half done.');
      stopping = client.run.stop({ runId });
      // Its failure is told where it is awaited, below.
      stopping.catch(() => undefined);
    } else if (count === 2) {
      line.print(
        `Still finishing the chunk that is under way. Ctrl-C once more ends the process at once: the run is then interrupted, and \`unwind resume ${runId}\` settles what was under way and goes on.`,
      );
    } else {
      line.end();
      endProcessNow();
    }
  });
  try {
    for await (const progress of await client.run.watch({ runId })) line.update(progress);
    await stopping;
    return { run: await client.run.get({ runId }), interrupted: stopping !== undefined };
  } finally {
    stopListening();
    line.end();
  }
}

import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext } from '../command.ts';
import type { DrillPhase } from '../json/documents.ts';
import { duration } from '../render/format.ts';
import { visible } from '../visible.ts';

/** What a phase found out. */
interface Finding {
  readonly passed: boolean;
  readonly sentence: string;
}

/** The phases of a drill, each with its time and a line for people. After `cancel` no further phase begins. */
export interface DrillLog {
  readonly phases: readonly DrillPhase[];
  /** A phase that passes unless it throws; returns a sentence. */
  readonly phase: (name: string, work: () => Promise<string>) => Promise<void>;
  /** A phase that may fail without throwing. */
  readonly check: (name: string, work: () => Promise<Finding>) => Promise<void>;
  /** A phase that yields something for later ones. */
  readonly value: <Value>(
    name: string,
    work: () => Promise<{ readonly value: Value; readonly sentence: string }>,
  ) => Promise<Value>;
  readonly cancel: () => void;
  /** Says how long it took in all. */
  readonly end: () => void;
}

/** Starts the log; times are measured from here. */
export function createDrillLog(context: CommandContext): DrillLog {
  const { colors } = context.terminal;
  const phases: DrillPhase[] = [];
  const startedMs = performance.now();
  let cancelled = false;

  async function timed<Value>(
    name: string,
    work: () => Promise<Finding & { readonly value: Value }>,
  ): Promise<Value> {
    if (cancelled) throw drillCancelled();
    const phaseStartedMs = performance.now();
    const { passed, sentence, value } = await work();
    const durationMs = Math.round(performance.now() - phaseStartedMs);
    phases.push({ name, passed, durationMs, sentence });
    const mark = passed ? colors.green('✓') : colors.red('✕');
    context.note(
      `${mark} ${name.padEnd(26)} ${duration(durationMs).padStart(7)}  ${visible(sentence)}\n`,
    );
    return value;
  }

  return {
    phases,
    phase: (name, work) =>
      timed(name, async () => ({ passed: true, sentence: await work(), value: undefined })),
    check: (name, work) => timed(name, async () => ({ ...(await work()), value: undefined })),
    value: (name, work) => timed(name, async () => ({ passed: true, ...(await work()) })),
    cancel: () => {
      cancelled = true;
      context.note('Stopping the drill after this phase; Ctrl-C once more ends it at once.\n');
    },
    end: () => {
      context.note(`  in all ${duration(performance.now() - startedMs)}\n`);
    },
  };
}

function drillCancelled(): OperatorError {
  return new OperatorError('CANCELLED', {
    message: 'The drill was cancelled. Only its own sandbox was touched.',
    hint: 'Start it again with `unwind drill`.',
  });
}

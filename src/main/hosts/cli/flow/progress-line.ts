import type { Progress } from '../../../../shared/domain/run.ts';
import { count, duration, shorten } from '../render/format.ts';
import type { Terminal } from '../terminal.ts';
import { visible } from '../visible.ts';

/** Shows progress on standard error: one redrawn line on a terminal, otherwise a line every few seconds. */
export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  /** Writes a whole line without tearing the redrawn one. */
  readonly print: (line: string) => void;
  /** Removes the redrawn line. A second call does nothing. */
  readonly end: () => void;
}

/** How far apart lines are where nothing can be redrawn, in milliseconds of the run. */
const lineIntervalMs = 3000;
const barWidth = 16;

/** @param settings.quiet `true` with `--quiet`: problems are still told, progress is not. */
export function createProgressLine(
  terminal: Terminal,
  settings: { readonly quiet: boolean },
): ProgressLine {
  const { stderr } = terminal;
  const redraws = stderr.isTTY === true && !settings.quiet;
  let drawn = false;
  let lastLineMs = Number.NEGATIVE_INFINITY;
  let lastStage = '';
  let problemCount = 0;

  function erase(): void {
    if (drawn) stderr.write('\r\u001b[K');
    drawn = false;
  }
  function print(line: string): void {
    erase();
    stderr.write(`${line}\n`);
  }
  function tellProblem(progress: Progress): void {
    if (progress.problems <= problemCount || progress.lastProblem === null) return;
    problemCount = progress.problems;
    print(`! ${visible(progress.lastProblem)}`);
  }

  return {
    update: (progress) => {
      tellProblem(progress);
      if (settings.quiet) return;
      const line = progressText(progress);
      if (redraws) {
        stderr.write(`\r${shorten(line, (stderr.columns ?? 80) - 1)}\u001b[K`);
        drawn = true;
        return;
      }
      // A run that a resume takes up again counts its time anew: only a distance in either direction says that it is time.
      const isDue = Math.abs(progress.elapsedMs - lastLineMs) >= lineIntervalMs;
      if (!isDue && progress.stage === lastStage && progress.state !== 'ended') return;
      lastLineMs = progress.elapsedMs;
      lastStage = progress.stage;
      print(line);
    },
    print,
    end: erase,
  };
}

/** One line: bar, percent, stage, step, items, rate, time left, problems. */
export function progressText(progress: Progress): string {
  const percent = Math.floor(progress.fraction * 100);
  const filled = Math.floor(progress.fraction * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const parts = [
    `${bar} ${String(percent).padStart(3)}%`,
    visible(progress.stage),
    progress.stepCount > 0
      ? `step ${String(Math.min(progress.stepIndex + 1, progress.stepCount))} of ${String(progress.stepCount)}`
      : '',
    itemsText(progress),
    progress.ratePerSecond === null ? '' : `${count(Math.round(progress.ratePerSecond))}/s`,
    progress.etaMs === null ? '' : `${duration(progress.etaMs)} left`,
    progress.problems === 0 ? '' : `${count(progress.problems)} problems`,
    ['pausing', 'paused', 'stopping'].includes(progress.state) ? progress.state : '',
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function itemsText(progress: Progress): string {
  if (progress.total > 0) return `${count(progress.done)} of ${count(progress.total)}`;
  return progress.done > 0 ? count(progress.done) : '';
}

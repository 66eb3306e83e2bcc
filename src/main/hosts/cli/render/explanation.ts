import type { RecoveryExplanation } from '../../../../shared/domain/run.ts';
import type { Terminal } from '../terminal.ts';
import { count, countOf, moment } from './format.ts';

/** What an unfinished run left behind, what reading the target says of it, and what follows. */
export function renderExplanation(terminal: Terminal, explanation: RecoveryExplanation): string {
  const { bold } = terminal.colors;
  const { counts, found, decisions } = explanation;
  const rest = counts.planned - counts.done - counts.drifted - counts.failed - counts.underWay;
  const notBegun = Math.max(0, rest);
  const parts = [
    `${count(counts.done)} done`,
    `${count(notBegun)} not done`,
    `${count(counts.underWay)} unknown until the target is read`,
    ...(counts.drifted > 0 ? [`${count(counts.drifted)} left alone as drift`] : []),
    ...(counts.failed > 0 ? [`${count(counts.failed)} failed`] : []),
  ];
  const reading =
    decisions.length === 0
      ? '  Nothing was under way: nothing is unknown.\n'
      : `  Read again ${moment(explanation.readAt)}: ${count(found.done)} done, ${count(found.notDone)} not done, ${count(found.unknown)} unknown.\n`;
  return [
    `${bold(`What run ${explanation.runId} left behind`)}\n`,
    `  ${countOf(counts.planned, 'planned file')}: ${parts.join(', ')}.\n`,
    reading,
    ...decisions.map(({ decision, sentence }) => `  ${decision}: ${sentence}\n`),
    `  ${explanation.refusedBecause ?? explanation.next}\n`,
  ].join('');
}

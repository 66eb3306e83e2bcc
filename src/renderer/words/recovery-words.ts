import type { RecoveryExplanation } from '../../shared/domain/run.ts';
import { countOf, countText } from '../format/count.ts';

/** What the run file knows: done, not done, unknown. */
export function leftBehindText({ counts }: Pick<RecoveryExplanation, 'counts'>): string {
  const rest = counts.planned - counts.done - counts.drifted - counts.failed - counts.underWay;
  const parts = [
    `${countText(counts.done)} done`,
    `${countText(Math.max(0, rest))} not done`,
    `${countText(counts.underWay)} unknown until the target is read`,
  ];
  if (counts.drifted > 0) parts.push(`${countText(counts.drifted)} left alone as drift`);
  if (counts.failed > 0) parts.push(`${countText(counts.failed)} failed`);
  return `${countOf(counts.planned, 'planned file')}: ${parts.join(', ')}.`;
}

/** What reading the target says of what was unknown. */
export function foundText({
  decisions,
  found,
}: Pick<RecoveryExplanation, 'decisions' | 'found'>): string {
  if (decisions.length === 0) return 'Nothing was under way: nothing is unknown.';
  return `Read again just now: ${countText(found.done)} done, ${countText(found.notDone)} not done, ${countText(found.unknown)} unknown.`;
}

import type { DurationEstimate } from '../../shared/domain/plan.ts';
import { countOf } from '../format/count.ts';
import { durationText } from '../format/duration.ts';

/** How long a run is expected to take, and what that is based on. */
export function estimateText({ expectedMs, basis }: DurationEstimate): string {
  const about = expectedMs < 1_000 ? 'Less than a second' : `About ${durationText(expectedMs)}`;
  const whose = basis.isOfTarget
    ? 'of this target'
    : 'of other targets: none of this one has ended';
  return `${about}, at the pace of ${countOf(basis.runs, 'earlier run')} (${countOf(basis.files, 'file')}) ${whose}.`;
}

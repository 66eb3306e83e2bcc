import fc from 'fast-check';
import type { CrashPoint } from '../../../src/main/core/ports/crash-points.ts';
import { type Edit, edits } from './edits.ts';
import { type Place, placesOf, placeText, type Way } from './places.ts';

/** What may come upon a run, before it is known which run. */
export type Fate =
  | { readonly kind: 'none' }
  | { readonly kind: 'death'; readonly place: Place }
  | { readonly kind: 'edit'; readonly place: Place; readonly edit: Edit };

/** Right before and between the steps of a run: what somebody edits there, a guard of the next step has to see. */
interface Gaps {
  readonly points: readonly CrashPoint[];
  readonly edits: readonly Edit['kind'][];
}

const GAPS: Readonly<Record<Way, Gaps | undefined>> = {
  rollback: {
    points: [
      'rows.before-intent',
      'rows.after-outcome',
      'quarantine.after-outcome',
      'delete.before-intent',
    ],
    edits: [
      'record changed',
      'file row changed',
      'row points at its object again',
      'stranger points at the object',
      'object replaced',
      'object put again',
      'copy removed',
    ],
  },
  purge: {
    points: ['run.after-begin', 'purge.before-intent'],
    edits: ['original removed', 'original changed', 'object replaced', 'object removed'],
  },
  undo: undefined,
  any: undefined,
};

/** What may come upon a run of this kind. */
export function fatesOf(way: Way): fc.Arbitrary<Fate> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fate>({ kind: 'none' }) },
    { weight: 4, arbitrary: deathsOf(way) },
    { weight: 4, arbitrary: fc.oneof(...editsOn(way)) },
  );
}

/** Deaths on the way of a run of this kind. */
export function deathsOf(way: Way): fc.Arbitrary<Fate> {
  return fc.record({ kind: fc.constant('death' as const), place: placesOf(way) });
}

function editsOn(way: Way): readonly fc.Arbitrary<Fate>[] {
  const kind = fc.constant('edit' as const);
  const anywhere = fc.record({ kind, place: placesOf(way), edit: edits });
  const gaps = GAPS[way];
  if (gaps === undefined) return [anywhere];
  const place = fc.record({
    kind: fc.constant('point' as const),
    point: fc.constantFrom(...gaps.points),
    nth: fc.constant(1),
  });
  const edit = fc.record({ kind: fc.constantFrom(...gaps.edits), pick: fc.nat({ max: 3 }) });
  return [anywhere, fc.record({ kind, place, edit })];
}

/** The fate in words. */
export function fateText(fate: Fate): string {
  if (fate.kind === 'none') return '';
  const what = fate.kind === 'death' ? 'dies' : `${fate.edit.kind} (${String(fate.edit.pick)})`;
  return `, ${what} at ${placeText(fate.place)}`;
}

import fc from 'fast-check';
import { CRASH_POINTS, type CrashPoint } from '../../../src/main/core/ports/crash-points.ts';

/** Where something happens to a process: at the n-th crash point that it passes, or the n-th time at one of them, counted from 1. */
export type Place =
  | { readonly kind: 'any point'; readonly nth: number }
  | { readonly kind: 'point'; readonly point: CrashPoint; readonly nth: number };

/** A small rollback passes about a hundred crash points. */
const PASSES = 130;

/** Points next to an effect on rows or objects, by what passes them: most faults of recovery are there, and most points are elsewhere. */
const EFFECTS = {
  rollback: /^(rows|batches|quarantine|delete|commit|copy-request|delete-request)\./,
  undo: /^(restore|rows|batches|commit|copy-request)\./,
  purge: /^(purge|delete-request)\./,
  any: /^(rows|batches|quarantine|delete|restore|purge|commit|copy-request|delete-request|recovery)\./,
} as const;

/** Whose way a place is on. */
export type Way = keyof typeof EFFECTS;

/** Places on the way of a run of this kind; of `any`: of one that is not known yet. */
export function placesOf(kind: Way): fc.Arbitrary<Place> {
  return fc.oneof(
    fc.record({
      kind: fc.constant('any point' as const),
      nth: fc.integer({ min: 1, max: PASSES }),
    }),
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('point' as const),
        point: fc.constantFrom(...CRASH_POINTS.filter((point) => EFFECTS[kind].test(point))),
        nth: fc.constantFrom(1, 1, 1, 2),
      }),
    },
  );
}

/** Notices when a process comes to a place. Asked at each crash point, in order. */
export function createArrival(place: Place): (point: CrashPoint) => boolean {
  let passes = 0;
  return (point) => {
    if (place.kind === 'any point' || place.point === point) passes += 1;
    else return false;
    return passes === place.nth;
  };
}

/** The place in words. */
export function placeText(place: Place): string {
  const what = place.kind === 'any point' ? 'crash point' : place.point;
  return `${what} ${String(place.nth)}`;
}

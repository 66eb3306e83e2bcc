import { afterAll, beforeAll } from 'vitest';
import { type ActChildren, bundleActChildren } from '../support/crash/act-in-child.ts';
import { crashWorldOnD1 } from '../support/crash/crash-world.ts';
import { describeMatrix } from '../support/crash/describe-matrix.ts';
import { everyNth, pointOf } from '../support/crash/matrix.ts';
import { FILE_SETS } from '../support/crash/scenario.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

let r2: TestR2;
let children: ActChildren;
const killedAt = new Set<string>();

beforeAll(async () => {
  r2 = await startR2();
  children = await bundleActChildren();
});
afterAll(async () => {
  children.remove();
  await r2.stop();
});

describeMatrix(
  'd1',
  () => ({ children, makeWorld: ({ files }) => crashWorldOnD1(r2, FILE_SETS[files]) }),
  {
    // Each point once, in the first scenario that passes it.
    points: ({ points }) => points.filter((point) => isNew(pointOf(point))),
    firstKills: ({ points }) => everyNth(points, 40),
    pairs: (pairs) => everyNth(pairs, 20),
  },
);

function isNew(point: string): boolean {
  if (killedAt.has(point)) return false;
  killedAt.add(point);
  return true;
}

import { afterAll, beforeAll } from 'vitest';
import { type ActChildren, bundleActChildren } from '../support/crash/act-in-child.ts';
import { crashWorldOnPostgres } from '../support/crash/crash-world.ts';
import { describeMatrix } from '../support/crash/describe-matrix.ts';
import { everyNth } from '../support/crash/matrix.ts';
import { FILE_SETS } from '../support/crash/scenario.ts';
import { aPostgresServer } from '../support/postgres/start-postgres.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const server = aPostgresServer();
let r2: TestR2;
let children: ActChildren;

beforeAll(async () => {
  r2 = await startR2();
  children = await bundleActChildren();
});
afterAll(async () => {
  children.remove();
  await r2.stop();
});

describeMatrix(
  'postgres',
  () => ({
    children,
    makeWorld: ({ files }) => crashWorldOnPostgres({ r2, server: server() }, FILE_SETS[files]),
  }),
  {
    // What PostgreSQL itself has to lose or to give back, and another part of the rest each day.
    points: ({ points }) => [
      ...points.filter((point) => point.startsWith('commit.')),
      ...everyNth(points, 24),
    ],
    firstKills: ({ points }) => everyNth(points, 80),
    pairs: (pairs) => everyNth(pairs, 40),
  },
);

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
  type World,
} from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { propertySettings } from '../../support/migration/property-settings.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());

const aSpec = fc.record({
  batchId: fc.constantFrom('b-1', 'b-2'),
  userId: fc.constantFrom('u-1', 'u-2'),
  status: fc.constantFrom('completed', 'verified', 'failed', 'pending', 'rolled_back'),
  content: fc.constantFrom('', 'x', 'the same content'),
  trouble: fc.constantFrom(
    'none',
    'none',
    'none',
    'no-original',
    'edited-original',
    'no-object',
    'newer-object',
    'row-moved',
    'no-checksum',
  ),
  objectName: fc.constantFrom(undefined, undefined, 'shared with spaces & ünïcode #1'),
});

const TROUBLES: Readonly<Record<string, Partial<FileSpec>>> = {
  'no-original': { original: null },
  'edited-original': { original: 'edited' },
  'no-object': { object: null },
  'newer-object': { object: 'newer' },
  'row-moved': { r2Key: 'elsewhere' },
  'no-checksum': { checksum: 'none' },
};

const specs = fc.array(aSpec, { minLength: 1, maxLength: 6 }).map((all) =>
  all.map(
    ({ trouble, objectName, ...spec }, index): FileSpec => ({
      id: `f${String(index)}`,
      ...spec,
      ...(objectName === undefined ? {} : { objectName }),
      ...TROUBLES[trouble],
    }),
  ),
);

const scope = fc.record({
  select: fc.constantFrom(
    { full: true },
    { batchId: 'b-1' },
    { userId: 'u-1' },
    { failedOnly: true },
    { batchId: 'b-2', userId: 'u-1' },
  ),
  mode: fc.constantFrom('both', 'both', 'database-only', 'r2-only'),
});

type ScopeCase = typeof scope extends fc.Arbitrary<infer T> ? T : never;

function inScope(spec: FileSpec, { select }: ScopeCase): boolean {
  const wanted: { batchId?: string; userId?: string; failedOnly?: boolean } = select;
  return (
    (wanted.batchId === undefined || wanted.batchId === spec.batchId) &&
    (wanted.userId === undefined || wanted.userId === spec.userId) &&
    (wanted.failedOnly !== true || spec.status === 'failed')
  );
}

/** The part of the world that a rollback of `wanted` has no business with: rows outside the scope and the objects they point at. */
function outside(world: World, all: readonly FileSpec[], wanted: ScopeCase): unknown {
  const ids = new Set(all.filter((spec) => !inScope(spec, wanted)).map((spec) => spec.id));
  const files = world.files.filter((row) => ids.has((row as { id: string }).id));
  const keys = new Set(files.map((row) => (row as { r2_key: string | null }).r2_key));
  return {
    files,
    records: world.records.filter((row) => ids.has((row as { file_id: string }).file_id)),
    objects: Object.entries(world.objects).filter(([key]) => keys.has(key)),
  };
}

interface Story {
  readonly migration: TestMigration;
  readonly app: TestApp;
}

async function withStory(
  all: readonly FileSpec[],
  tell: (story: Story) => Promise<void>,
): Promise<void> {
  const migration = await aMigration(r2, all);
  const app = await openApp(migration.env);
  try {
    await tell({ migration, app });
  } finally {
    await app.close();
    migration.remove();
  }
}

/** What planning the same scope again would still do. Records rolled back are no failed records any more: then the scope is empty. */
async function stepsLeft(
  app: TestApp,
  request: Parameters<TestApp['plan']>[0],
): Promise<readonly unknown[]> {
  try {
    return (await app.plan(request)).steps;
  } catch (error) {
    expect(await errorOf(Promise.reject(error as Error))).toMatchObject({ code: 'SCOPE_EMPTY' });
    return [];
  }
}

describe('any migration', () => {
  test('is changed by a rollback within its scope only, leaves nothing to plan, and comes back bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(specs, scope, async (all, wanted) => {
        fc.pre(all.some((spec) => inScope(spec, wanted)));
        await withStory(all, async ({ migration, app }) => {
          const request = { ...wanted.select, mode: wanted.mode };
          const before = await migration.world();
          const plan = await app.plan(request);
          expect(await migration.world()).toEqual(before);
          if (plan.steps.length === 0) return;

          const run = await app.run(plan);
          const after = await migration.world();
          expect(run).toMatchObject({ state: 'succeeded', error: null });
          expect(outside(after, all, wanted)).toEqual(outside(before, all, wanted));
          expect(await stepsLeft(app, request)).toEqual([]);

          await app.run(await app.planUndo(run.runId));
          expect({ ...(await migration.world()), quarantined: [] }).toEqual(before);
        });
      }),
      propertySettings({ runs: 50 }),
    );
  }, 300_000);
});

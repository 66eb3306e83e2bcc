import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Debt } from '../../../src/shared/domain/debt.ts';
import type { PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import type { Scope } from '../../../src/shared/domain/scope.ts';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { errorOf, openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  await app.close();
  migration.remove();
});

async function given(...specs: readonly FileSpec[]): Promise<void> {
  migration = await aMigration(r2, specs);
  app = await openApp(migration.env);
}

async function rolledBack(
  mode: Scope['mode'],
  scope: Partial<Scope> = { full: true },
): Promise<RunDetail> {
  const run = await app.run(await app.plan({ ...scope, mode }));
  expect(run.error).toBeNull();
  return run;
}

async function planClose(runId: string): Promise<PlanSummary> {
  for await (const event of await app.client.debt.createClose({ runId })) {
    if (event.kind === 'created') return event.plan;
  }
  throw new Error('Planning ended without a plan.');
}

async function debts(): Promise<readonly Debt[]> {
  return (await app.client.debt.list({})).debts;
}

import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
void readdirSync;
describe('review', () => {
  test('an object kept only for a held file stays in the debt', async () => {
    await given(
      { id: 'one', objectName: 'shared', content: 'same' },
      { id: 'two', objectName: 'shared', content: 'same' },
    );
    const rows = await rolledBack('database-only');
    migration.writeOriginal('uploads/one.txt', 'somebody edited the original');
    const plan = await planClose(rows.runId);
    console.log(JSON.stringify(plan.counts), JSON.stringify(plan.heldByReason), plan.steps);
    console.log(JSON.stringify(await debts()));
    console.log(JSON.stringify((await app.client.debt.get({ runId: rows.runId })).items));
  });
  test('an interrupted closing stands in the way of undo', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const rows = await rolledBack('database-only');
    const closing = await app.run(await planClose(rows.runId));
    const file = new Database((await app.client.run.get({ runId: closing.runId })).path);
    file.prepare("UPDATE run SET state = 'running', finished_at = NULL").run();
    file.close();
    rmSync(join(migration.home, 'workspace.sqlite'));
    const refused = await errorOf(app.client.plan.createUndo({ runId: rows.runId })).catch((e: unknown) => e);
    console.log(refused);
  });
  test('an object written at the key of a broken upload after the rollback', async () => {
    await given({ id: 'broken', status: 'failed', object: 'half' });
    const rows = await rolledBack('database-only');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await r2.put({ key: migration.keyOf('broken'), body: 'written later by somebody' });
    const run = await app.run(await planClose(rows.runId));
    console.log(run.state, JSON.stringify(await migration.world()));
  });
});

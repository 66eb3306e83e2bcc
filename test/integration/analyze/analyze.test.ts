import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aMigration, type TestMigration } from '../../support/migration/a-migration.ts';
import { openApp, type TestApp } from '../../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { jsonOf, runCli } from '../cli/spawn-cli.ts';

let r2: TestR2;
let migration: TestMigration;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
beforeEach(async () => {
  migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
  app = await openApp(migration.env);
});
afterEach(async () => {
  await app.close();
  migration.remove();
});

function workspace(): string {
  return migration.env['UNWIND_HOME'] ?? '';
}

describe('analyze', () => {
  test('adds up runs and leaves plans out', async () => {
    const run = await app.run(await app.plan({ full: true }));
    await app.planUndo(run.runId);

    const { figures, otherLogs, unreadable } = await app.client.analysis.runs({});

    expect(figures).toMatchObject({
      runs: 1,
      succeeded: 1,
      itemsPlanned: 2,
      itemsDone: 2,
      successFraction: 1,
      bytesQuarantined: run.counts.bytesQuarantined,
    });
    expect({ otherLogs, unreadable }).toEqual({ otherLogs: [], unreadable: [] });
  });

  test('leaves the runs of other targets out when one is named', async () => {
    await app.run(await app.plan({ full: true }));

    expect((await app.client.analysis.runs({ targetName: 'elsewhere' })).figures.runs).toBe(0);
  });

  test('lists logs that no run wrote, and names run files that are damaged or may not be read', async () => {
    await app.run(await app.plan({ full: true }));
    writeFileSync(
      join(workspace(), 'logs', 'rollback_20990101_000000.log'),
      '2099-01-01 00:00:00,000 - ERROR - x\n',
    );
    writeFileSync(join(workspace(), 'runs', '01K1ABCDEFGHJKMNPQRSTVWXYZ.unwind'), 'torn');
    // The system refuses to open a folder as a file, whoever asks.
    mkdirSync(join(workspace(), 'runs', '01K1ABCDEFGHJKMNPQRSTVWXY0.unwind'));

    const { figures, otherLogs, unreadable } = await app.client.analysis.runs({});

    expect(figures.runs).toBe(1);
    expect(otherLogs).toMatchObject([{ entries: 1 }]);
    expect(unreadable).toEqual(['01K1ABCDEFGHJKMNPQRSTVWXYZ', '01K1ABCDEFGHJKMNPQRSTVWXY0']);
  });
});

describe('unwind analyze', () => {
  test('works without a target and writes the figures for others', async () => {
    await app.run(await app.plan({ full: true }));
    const env = { UNWIND_HOME: workspace() };
    const metrics = join(workspace(), 'unwind.prom');

    const { analysis, openmetrics } = await jsonOf(
      'analyze',
      ['--days', '1', '--openmetrics', metrics, '--csv', join(workspace(), 'days.csv')],
      { env },
    );

    expect(analysis?.figures).toMatchObject({ runs: 1, succeeded: 1 });
    expect(openmetrics).toBe(metrics);
    expect(readFileSync(metrics, 'utf8')).toMatch(/unwind_success_ratio\{target="[^"]+"\} 1\n/);
    expect(readFileSync(join(workspace(), 'days.csv'), 'utf8')).toMatch(/^day,runs,/);
  });

  test('looks into one log, and refuses figures of runs beside it', async () => {
    const log = join(dirname(workspace()), 'some.log');
    writeFileSync(log, '2026-01-01 10:00:00,000 - ERROR - It broke\n');
    const env = { UNWIND_HOME: workspace() };

    const shown = await runCli(['analyze', '--log-file', log], { env });
    const refused = await runCli(['analyze', '--log-file', log, '--csv', 'x.csv'], { env });

    expect(shown).toMatchObject({ exitCode: 0 });
    expect(shown.stdout).toContain('It broke');
    expect(refused.exitCode).toBe(2);
  });
});

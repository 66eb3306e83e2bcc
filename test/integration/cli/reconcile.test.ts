import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  aMigration,
  type FileSpec,
  type TestMigration,
} from '../../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../../support/r2/start-r2.ts';
import { type CliSettings, errorOf, jsonOf, runCli } from './spawn-cli.ts';

let r2: TestR2;
let migration: TestMigration;
let settings: CliSettings;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());
afterEach(async () => {
  migration.remove();
  for (const key of await r2.keys()) await r2.remove(key);
});

async function given(...specs: readonly FileSpec[]): Promise<void> {
  migration = await aMigration(r2, specs);
  settings = { env: migration.env };
}

describe('unwind reconcile', () => {
  test('ends with 0 where there are only orphans, and with 9 where a row has no object', async () => {
    await given({ id: 'a' });
    await r2.put({ key: 'stray', body: 'x' });
    const orphans = await jsonOf('reconcile', [], settings);
    await r2.remove(migration.keyOf('a'));

    const dangling = await jsonOf('reconcile', [], { ...settings, exitCode: 9 });

    expect(orphans.findings).toMatchObject([{ kind: 'orphan-object', key: 'stray' }]);
    expect(dangling.findingTotal).toBe(3);
    const { reports } = await jsonOf('reconciles list', [], settings);
    expect(reports.map(({ reportId }) => reportId)).toEqual([
      dangling.report.reportId,
      orphans.report.reportId,
    ]);
    await jsonOf('reconciles show', [dangling.report.reportId], { ...settings, exitCode: 9 });
  });

  test('writes every finding to files, and obeys no escape in a key', async () => {
    await given({ id: 'a' });
    const keys = ['=cmd', 'red\u001b[31m', 'two\nlines'];
    for (const key of keys) await r2.put({ key, body: 'x' });
    const csv = join(migration.folder, 'findings.csv');
    const jsonl = join(migration.folder, 'findings.jsonl');

    const { stdout, exitCode } = await runCli(
      ['reconcile', '--csv', csv, '--jsonl', jsonl, '--limit', '2'],
      settings,
    );

    expect(exitCode).toBe(0);
    expect(stdout).toContain('2 of 3 shown');
    expect(stdout).not.toContain('\u001b[31m');
    expect(stdout).toContain('red\\u{1b}[31m');
    expect(await readFile(csv, 'utf8')).toContain(`orphan-object,"'=cmd"`);
    const lines = (await readFile(jsonl, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { key: string }).key)).toEqual(keys);
  });

  test('says where the findings could not be written', async () => {
    await given({ id: 'a' });

    const error = await errorOf(
      'reconcile',
      ['--csv', join(migration.folder, 'no-such-folder/findings.csv')],
      settings,
    );

    expect(error).toMatchObject({ code: 'FILE_FAILED' });
  });

  test('refuses a report that does not exist', async () => {
    await given({ id: 'a' });

    expect(await errorOf('reconcile', ['--resume', '01'], settings)).toMatchObject({
      code: 'REPORT_NOT_FOUND',
      exitCode: 2,
    });
  });
});

describe('unwind debts', () => {
  test('lists what is open, plans its closing, closes it, and shows by whom', async () => {
    await given({ id: 'a' }, { id: 'b' });
    const rows = await jsonOf(
      'rollback',
      ['--full-rollback', '--database-only', '--confirm', '--force'],
      settings,
    );

    const { debts } = await jsonOf('debts list', [], settings);
    const planned = await jsonOf('debts close', [rows.runId], settings);
    const before = await r2.keys();
    const closed = await jsonOf(
      'debts close',
      ['--plan', planned.planId, '--plan-digest', planned.planDigest, '--confirm'],
      settings,
    );

    expect(debts).toMatchObject([{ runId: rows.runId, state: 'open', openCount: 2 }]);
    expect(planned).toMatchObject({ result: 'planned', run: null });
    expect(before).toHaveLength(2);
    expect(closed).toMatchObject({ result: 'succeeded', counts: { done: 2 } });
    const shown = await jsonOf('debts show', [rows.runId], settings);
    expect(shown).toMatchObject({
      debt: { state: 'closed', closedBy: closed.runId },
      items: [{ recordId: 'rec-a', state: 'closed' }, { recordId: 'rec-b' }],
    });
    expect(await errorOf('debts close', [rows.runId], settings)).toMatchObject({
      code: 'DEBT_CLOSED',
      exitCode: 6,
    });
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rowLinesOf } from '../../../src/main/adapters/content/row-lines.ts';
import {
  type ReferenceFilesOptions,
  workspaceReferenceFiles,
} from '../../../src/main/adapters/reference-files/reference-files.ts';
import type { TrackedTable } from '../../../src/main/core/ports/migration-database.ts';
import type { ReferenceRunFiles } from '../../../src/main/core/ports/reference-files.ts';
import { aFolder } from '../../support/builders/a-folder.ts';
import { aSmallDisk, whyNoSmallDisk } from '../../support/disk/a-small-disk.ts';

const startedAtMs = Date.parse('2024-01-02T03:04:05.678Z');
const STAMP = '20240102_030405';
const RUN = '01K1AAAAAAAAAAAAAA11111111';
const OTHER_RUN = '01K1AAAAAAAAAAAAAA22222222';

interface Workspace {
  readonly folder: string;
  open(runId?: string): Promise<ReferenceRunFiles>;
  logs(): readonly string[];
  backups(): readonly string[];
  read(name: string): string;
}

function aWorkspace(change: Partial<ReferenceFilesOptions> = {}): Workspace {
  const folder = change.workspacePath ?? aFolder();
  const files = workspaceReferenceFiles({
    workspacePath: folder,
    logLevel: 'DEBUG',
    secrets: () => [],
    ...change,
  });
  return {
    folder,
    open: async (runId = RUN) => {
      const run = await files.open({ runId, startedAtMs, operator: 'ada@jump' });
      onTestFinished(() => run.close());
      return run;
    },
    logs: () => readdirSync(join(folder, 'logs')).toSorted(),
    backups: () => readdirSync(join(folder, 'backups')).toSorted(),
    read: (name) => readFileSync(join(folder, name), 'utf8'),
  };
}

describe('reference files of a run', () => {
  test('are named by the second of its start, in UTC', async () => {
    const workspace = aWorkspace();
    const run = await workspace.open();
    await run.backup('files', rowLinesOf([{ id: 'f-1' }]));

    const backup = await run.finishBackup();
    await run.close();

    expect(backup).toBe(join(workspace.folder, 'backups', `migration_backup_${STAMP}.json`));
    expect(workspace.logs()).toEqual([`rollback_${STAMP}.log`, `rollback_audit_${STAMP}.json`]);
    expect(workspace.backups()).toEqual([`migration_backup_${STAMP}.json`]);
  });

  test('of two that began in the same second are kept apart', async () => {
    const workspace = aWorkspace();
    const [first, second] = [await workspace.open(RUN), await workspace.open(OTHER_RUN)];
    for (const [run, id] of [
      [first, 'one'],
      [second, 'two'],
    ] as const) {
      run.log('INFO', id);
      await run.backup('files', rowLinesOf([{ id }]));
      await run.finishBackup();
      await run.close();
    }

    expect(workspace.logs()).toEqual([
      `rollback_${STAMP}.log`,
      `rollback_${STAMP}_22222222.log`,
      `rollback_audit_${STAMP}.json`,
      `rollback_audit_${STAMP}_22222222.json`,
    ]);
    expect(workspace.read(`backups/migration_backup_${STAMP}_22222222.json`)).toContain('two');
    expect(workspace.read(`logs/rollback_${STAMP}.log`)).toMatch(/INFO - one\n$/);
  });

  test('are opened anew each time that it is resumed', async () => {
    const workspace = aWorkspace();

    for (let time = 0; time < 4; time += 1) await (await workspace.open()).close();

    expect(workspace.logs().filter((name) => name.endsWith('.log'))).toEqual([
      `rollback_${STAMP}.log`,
      `rollback_${STAMP}_11111111.log`,
      `rollback_${STAMP}_11111111_3.log`,
      `rollback_${STAMP}_11111111_4.log`,
    ]);
  });

  test('never take the place of an audit or a backup whose log is gone', async () => {
    const workspace = aWorkspace();
    await (await workspace.open(OTHER_RUN)).close();
    const audit = `logs/rollback_audit_${STAMP}_11111111.json`;
    writeFileSync(join(workspace.folder, audit), 'kept');

    await (await workspace.open()).close();

    expect(workspace.read(audit)).toBe('kept');
    expect(workspace.logs()).toContain(`rollback_audit_${STAMP}_11111111_3.json`);
  });

  test('may be closed twice', async () => {
    const workspace = aWorkspace();
    const run = await workspace.open();

    await run.close();
    run.log('INFO', 'too late');
    await run.close();

    expect(workspace.read(`logs/rollback_${STAMP}.log`)).toBe('');
  });

  test('cannot be opened where a file is in the way of the folder', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'logs'), '');

    await expect(aWorkspace({ workspacePath: folder }).open()).rejects.toMatchObject({
      code: 'FILE_FAILED',
    });
  });
});

describe('log of a run', () => {
  const LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - (\w+) - (.*)$/;

  async function logged(
    options: Partial<ReferenceFilesOptions>,
    write: (run: ReferenceRunFiles) => void,
  ): Promise<readonly string[]> {
    const workspace = aWorkspace(options);
    const run = await workspace.open();
    write(run);
    await run.close();
    return workspace.read(`logs/rollback_${STAMP}.log`).trimEnd().split('\n');
  }

  test('has a line for each entry, as the reference writes them', async () => {
    const lines = await logged({}, (run) => {
      run.log('INFO', 'Step reset-rows started');
    });

    expect(LINE.exec(lines[0] ?? '')?.slice(1)).toEqual(['INFO', 'Step reset-rows started']);
  });

  test.each([
    ['DEBUG', ['DEBUG', 'INFO', 'WARNING', 'ERROR']],
    ['INFO', ['INFO', 'WARNING', 'ERROR']],
    ['WARNING', ['WARNING', 'ERROR']],
    ['ERROR', ['ERROR']],
  ] as const)('at level %s keeps %j', async (logLevel, kept) => {
    const lines = await logged({ logLevel }, (run) => {
      for (const level of ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const) run.log(level, 'x');
    });

    expect(lines.map((line) => LINE.exec(line)?.[1])).toEqual(kept);
  });

  test('keeps an entry on its line whatever names are in it', async () => {
    const lines = await logged({}, (run) => {
      run.log('WARNING', 'Left a.txt\r\n2024-01-01 00:00:00,000 - INFO - all is well\nalone');
    });

    expect(lines).toHaveLength(1);
    expect(LINE.exec(lines[0] ?? '')?.[1]).toBe('WARNING');
  });
});

describe('audit of a run', () => {
  test('holds its operations in order', async () => {
    const workspace = aWorkspace();
    const run = await workspace.open();
    const operations = [
      {
        timestamp: '1',
        operation: 'run.started',
        details: { rows: 2, reason: null, forced: false },
      },
      { timestamp: '2', operation: 'rows.changed', details: { applied: 2 } },
    ];

    for (const operation of operations) run.audit(operation);
    await run.close();

    expect(JSON.parse(workspace.read(`logs/rollback_audit_${STAMP}.json`))).toEqual({
      run_id: RUN,
      operator: 'ada@jump',
      operations,
    });
  });
});

describe('secret in use', () => {
  test.each([
    ['a plain one', 'canary-0123456789'],
    ['one with quotes and backslashes', 'can"ary\\0123'],
    ['one that looks like a pattern', 'can.*ary$&'],
    ['one beyond ASCII', 'canary-ä\u{1F600}'],
  ])('is in neither log nor audit: %s', async (_what, secret) => {
    const workspace = aWorkspace({ secrets: () => [secret] });
    const run = await workspace.open();

    run.log('ERROR', `R2 said ${secret}, then ${secret} again`);
    run.audit({
      timestamp: 't',
      operation: 'run.failed',
      details: { message: `token=${secret};` },
    });
    await run.close();

    expect(workspace.read(`logs/rollback_${STAMP}.log`)).toMatch(
      /R2 said \[redacted\], then \[redacted\] again\n$/,
    );
    expect(JSON.parse(workspace.read(`logs/rollback_audit_${STAMP}.json`))).toMatchObject({
      operations: [{ details: { message: 'token=[redacted];' } }],
    });
  });

  test('is redacted although it was not known before the run', async () => {
    const known: string[] = [];
    const workspace = aWorkspace({ secrets: () => known });
    known.push('canary-late');
    const run = await workspace.open();

    run.log('INFO', 'says canary-late');
    await run.close();

    expect(workspace.read(`logs/rollback_${STAMP}.log`)).toMatch(/says \[redacted\]\n$/);
  });

  test('is redacted whole although another one is a part of it', async () => {
    const workspace = aWorkspace({ secrets: () => ['canary', 'canary-and-more', ''] });
    const run = await workspace.open();

    run.log('INFO', 'canary-and-more and canary');
    await run.close();

    expect(workspace.read(`logs/rollback_${STAMP}.log`)).toMatch(
      / - \[redacted\] and \[redacted\]\n$/,
    );
  });
});

describe('backup of a run', () => {
  const batches = [{ batch_id: 'b-1', total_files: '2' }];
  const records = [
    { id: 'r-1', note: 'a "b" \\ \n ä \u{1F600}' },
    { id: 'r-2', note: null },
  ];

  async function backedUp(
    parts: readonly (readonly [TrackedTable, readonly Readonly<Record<string, string | null>>[]])[],
  ): Promise<unknown> {
    const workspace = aWorkspace();
    const run = await workspace.open();
    for (const [table, rows] of parts) await run.backup(table, rowLinesOf(rows));
    const path = await run.finishBackup();
    expect(workspace.backups()).toEqual([`migration_backup_${STAMP}.json`]);
    return JSON.parse(readFileSync(String(path), 'utf8'));
  }

  const expected = {
    run_id: RUN,
    timestamp: expect.any(String) as string,
    migration_batches: batches,
    file_migrations: records,
    files: [],
  };

  test('holds the rows of all three tables', async () => {
    expect(
      await backedUp([
        ['migration_batches', batches],
        ['file_migrations', records],
      ]),
    ).toEqual(expected);
  });

  test('holds the same rows in whatever order the tables come', async () => {
    const parts = [
      ['file_migrations', records.slice(0, 1)],
      ['file_migrations', records.slice(1)],
      ['files', []],
      ['migration_batches', batches],
    ] as const;

    expect(await backedUp(parts)).toEqual(expected);
  });

  test('takes no more rows of a table once the next has begun', async () => {
    const run = await aWorkspace().open();
    await run.backup('file_migrations', rowLinesOf(records));
    await run.backup('files', rowLinesOf([{ id: 'f-1' }]));

    await expect(run.backup('file_migrations', rowLinesOf(records))).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });

  test('may hold no row', async () => {
    expect(await backedUp([['files', []]])).toEqual({
      ...expected,
      migration_batches: [],
      file_migrations: [],
    });
  });

  test('holds more than a buffer of rows', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      id: String(index),
      text: 'ä'.repeat(5_000),
    }));
    const parts = many.map((row) => ['files', [row]] as const);

    expect(await backedUp(parts)).toMatchObject({ files: many });
  });

  test('does not exist when nothing was backed up', async () => {
    const workspace = aWorkspace();
    const run = await workspace.open();

    expect(await run.finishBackup()).toBeNull();
    expect(workspace.backups()).toEqual([]);
  });

  test('leaves nothing when the run is closed before it was finished', async () => {
    const workspace = aWorkspace();
    const run = await workspace.open();
    await run.backup('files', rowLinesOf([{ id: 'f-1' }]));

    await run.close();

    expect(workspace.backups()).toEqual([]);
  });
});

const cannotMount = whyNoSmallDisk();

describe.skipIf(cannotMount !== undefined)(
  `reference files on a full disk${cannotMount === undefined ? '' : ` (skipped: ${cannotMount})`}`,
  () => {
    function aDisk(): string {
      const disk = aSmallDisk(512);
      onTestFinished(() => {
        disk.unmount();
      });
      return disk.path;
    }

    test('say so, and leave no half of a backup', async () => {
      const workspace = aWorkspace({ workspacePath: aDisk() });
      const run = await workspace.open();
      const rows = [{ id: 'f-1', text: 'x'.repeat(600_000) }];
      await run.backup('files', rowLinesOf(rows));

      await expect(run.finishBackup()).rejects.toMatchObject({ code: 'DISK_FULL' });

      expect(workspace.backups()).toEqual([`migration_backup_${STAMP}.json.tmp`]);
      await run.close();
      expect(workspace.backups()).toEqual([]);
    });

    test('say so when rows no longer fit', async () => {
      const run = await aWorkspace({ workspacePath: aDisk() }).open();

      const backedUp = (async () => {
        for (;;) await run.backup('files', rowLinesOf([{ id: 'f', text: 'x'.repeat(100_000) }]));
      })();

      await expect(backedUp).rejects.toMatchObject({ code: 'DISK_FULL' });
    });
  },
);

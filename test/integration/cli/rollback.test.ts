import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { aSandbox, type TestSandbox } from '../../support/sandbox/a-sandbox.ts';
import { errorOf, inWorkspaceOf, jsonOf, runCli, stateOf } from './spawn-cli.ts';

const batch = 'b-2024-11-09-reports';
let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await aSandbox();
});

afterAll(async () => {
  await sandbox.remove();
});

/** Makes a plan and returns its document. */
async function aPlan(scope: readonly string[] = ['--batch-id', batch]) {
  return jsonOf('plan', scope, inWorkspaceOf(sandbox));
}

describe('rollback on the command line', () => {
  test('shows a plan, changes nothing, and names the command that executes it', async () => {
    const before = await stateOf(sandbox);

    const { exitCode, stdout } = await runCli(
      ['rollback', '--batch-id', batch],
      inWorkspaceOf(sandbox),
    );

    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^ {2}unwind rollback --plan \S+\.unwind --plan-digest [0-9a-f]{64} --confirm$/,
    );
    expect(await stateOf(sandbox)).toEqual(before);
  });

  test('carries ids, digest, run file, result and counts with --json', async () => {
    const planned = await aPlan();

    expect(planned).toMatchObject({
      planId: planned.runId,
      planDigest: planned.plan.digest,
      runFile: join(sandbox.workspace, 'runs', `${planned.runId}.unwind`),
      result: 'planned',
      counts: { planned: 36, done: 0, held: 0, drifted: 0, failed: 0 },
    });
  });

  test('is refused without a terminal, and keeps the plan for the command it names', async () => {
    const before = await stateOf(sandbox);

    const error = await errorOf(
      'rollback',
      ['--batch-id', batch, '--confirm'],
      inWorkspaceOf(sandbox),
    );

    expect(error).toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
      exitCode: 6,
      hint: expect.stringMatching(/unwind rollback --plan .* --plan-digest .* --confirm/) as string,
    });
    expect(await stateOf(sandbox)).toEqual(before);
  });

  test('executes a saved plan in CI, verifies, and takes it back', async () => {
    const settings = inWorkspaceOf(sandbox);
    const before = sandbox.rows('select * from files order by id');
    const { planId, planDigest, runFile } = await aPlan();

    const ran = await jsonOf(
      'rollback',
      ['--plan', runFile, '--plan-digest', planDigest, '--confirm'],
      settings,
    );
    const verified = await jsonOf('verify', [planId], settings);
    const kept = await jsonOf('quarantine list', [], settings);
    const undone = await jsonOf('undo', [planId, '--confirm', '--force'], settings);

    expect(ran).toMatchObject({
      result: 'succeeded',
      runId: planId,
      counts: { planned: 36, done: 36 },
    });
    expect(verified.verification.passed).toBe(true);
    expect(kept.entries.map((entry) => entry.runId)).toEqual([planId]);
    expect(undone).toMatchObject({
      result: 'succeeded',
      plan: { kind: 'undo', subjectRunId: planId },
    });
    expect(sandbox.rows('select * from files order by id')).toEqual(before);
  });

  test('refuses a plan that was executed before', async () => {
    const { runs } = await jsonOf('runs list', [], inWorkspaceOf(sandbox));
    const run = runs.find((each) => each.state === 'succeeded' && each.kind === 'rollback');

    const error = await errorOf(
      'rollback',
      ['--plan', run?.runId ?? '', '--confirm', '--force'],
      inWorkspaceOf(sandbox),
    );

    expect(error).toMatchObject({ code: 'PLAN_ALREADY_EXECUTED', exitCode: 6 });
  });

  test('refuses another digest than the plan’s', async () => {
    const { planId } = await aPlan();
    const args = ['--plan', planId, '--plan-digest', '0'.repeat(64), '--confirm'];

    const error = await errorOf('rollback', args, inWorkspaceOf(sandbox));

    expect(error).toMatchObject({ code: 'PLAN_DIGEST_MISMATCH', exitCode: 6 });
  });

  test('without a snapshot is refused while objects would go', async () => {
    const args = ['--batch-id', batch, '--confirm', '--force', '--no-backup'];

    const error = await errorOf('rollback', args, inWorkspaceOf(sandbox));

    expect(error).toMatchObject({ code: 'BACKUP_REQUIRED', exitCode: 6 });
  });

  test('refuses a plan that went stale and lists what moved', async () => {
    const { planId, sample } = await aPlan(['--user-id', 'chen.wei']);
    const database = sandbox.openDatabase('write');
    database
      .prepare("update file_migrations set status = 'failed' where id = ?")
      .run(sample[0]?.recordId);
    database.close();

    const error = await errorOf(
      'rollback',
      ['--plan', planId, '--confirm', '--force'],
      inWorkspaceOf(sandbox),
    );

    expect(error).toMatchObject({ code: 'PLAN_STALE', exitCode: 6 });
    expect(JSON.stringify(error.details)).toContain(sample[0]?.recordId);
  });
});

describe('runs on the command line', () => {
  test('are found by the path of their file and by a beginning of their id', async () => {
    const { runId, runFile } = await aPlan();
    const settings = inWorkspaceOf(sandbox);

    const [byFile, byStart] = [
      await jsonOf('runs show', [runFile, '--items', 'change', '--limit', '3'], settings),
      await jsonOf('runs show', [runId.slice(0, 25)], settings),
    ];

    expect([byFile.runId, byStart.runId]).toEqual([runId, runId]);
    expect([byFile.items.length, byFile.itemTotal, byStart.items.length]).toEqual([3, 36, 0]);
  });

  test('have all the items that match written to files, whatever is shown', async () => {
    const { runId } = await aPlan();
    const folder = await mkdtemp(join(tmpdir(), 'unwind-export-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const files = ['--csv', join(folder, 'items.csv'), '--jsonl', join(folder, 'items.jsonl')];

    const shown = await jsonOf(
      'runs show',
      [runId, '--items', 'change', '--limit', '3', ...files],
      inWorkspaceOf(sandbox),
    );

    const csv = (await readFile(shown.csv ?? '', 'utf8')).trimEnd().split('\r\n');
    const lines = (await readFile(shown.jsonl ?? '', 'utf8')).trimEnd().split('\n');
    expect(shown.items).toHaveLength(3);
    expect(csv).toHaveLength(1 + shown.itemTotal);
    expect(lines.slice(0, 3).map((line) => JSON.parse(line) as unknown)).toEqual(shown.items);
    expect(lines).toHaveLength(shown.itemTotal);
  });

  test('that fit a beginning together are listed', async () => {
    await aPlan();

    const error = await errorOf('runs show', ['01'], inWorkspaceOf(sandbox));

    expect(error).toMatchObject({ code: 'USAGE_INVALID', exitCode: 2 });
    expect((error.details['runs'] as string[]).length).toBeGreaterThan(1);
  });

  test('that do not exist are RUN_NOT_FOUND', async () => {
    const settings = inWorkspaceOf(sandbox);

    for (const name of ['7ZZZ', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ', './no.unwind']) {
      expect(await errorOf('runs show', [name], settings)).toMatchObject({ code: 'RUN_NOT_FOUND' });
    }
  });

  test('report as Markdown, into a file on request', async () => {
    const { runId } = await aPlan();
    const out = join(sandbox.workspace, 'report.md');

    const report = await jsonOf('report', [runId, '--out', out], inWorkspaceOf(sandbox));

    expect(report.out).toBe(out);
    expect(await readFile(out, 'utf8')).toBe(report.markdown);
  });

  test('have nothing to resume when none is unfinished', async () => {
    expect(await errorOf('resume', [], inWorkspaceOf(sandbox))).toMatchObject({
      code: 'RUN_NOT_FOUND',
      exitCode: 2,
    });
  });
});

describe('held files on the command line', () => {
  test('are listed with reason and fix, stay as they are, and leave the exit status at 0', async () => {
    const settings = inWorkspaceOf(sandbox);
    const ran = await jsonOf('rollback', ['--full-rollback', '--confirm', '--force'], settings);

    expect(ran.result).toBe('succeeded');
    expect(ran.counts.held).toBeGreaterThan(0);
    expect(ran.held).toHaveLength(ran.counts.held);
    for (const item of ran.held) {
      const [row] = sandbox.rows('select status from file_migrations where id = ?', item.recordId);
      expect(row).toEqual({ status: item.before.status });
      expect(item.held?.fix).not.toBe('');
    }
  });

  test('can be purged from quarantine only by a plan that says it is the point of no return', async () => {
    const settings = inWorkspaceOf(sandbox);
    const { entries } = await jsonOf('quarantine list', [], settings);
    const runId = entries.find((entry) => entry.state === 'kept')?.runId ?? '';

    const shown = await runCli(['quarantine', 'purge', runId], settings);
    const purged = await jsonOf('quarantine purge', [runId, '--confirm', '--force'], settings);

    expect(shown.stdout).toContain('POINT OF NO RETURN');
    expect(purged).toMatchObject({ result: 'succeeded', plan: { kind: 'purge' } });
    // What is the last copy of its content is held here as well.
    const left = await sandbox.keys(`.unwind-quarantine/${runId}/`);
    expect(left).toHaveLength(purged.counts.held);
  });
});

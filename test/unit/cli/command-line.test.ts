import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/main/hosts/cli/parse-command-line.ts';
import { runCli } from '../../../src/main/hosts/cli/run-cli.ts';
import { aTerminal } from './builders.ts';

function parse(line: string): {
  readonly kind: string;
  readonly text: string;
  readonly name?: string;
} {
  let text = '';
  const keep = (more: string): void => {
    text += more;
  };
  const parsed = parseCommandLine(line.split(' '), { stdout: keep, stderr: keep });
  return parsed.kind === 'command'
    ? { kind: parsed.kind, text, name: parsed.invocation.name }
    : { kind: parsed.kind, text };
}

async function run(line: string): Promise<{ exitCode: number; out: string; err: string }> {
  const terminal = aTerminal();
  const exitCode = await runCli({
    argv: line.split(' '),
    env: {},
    cwd: '/nowhere',
    terminal,
    interrupts: { listen: () => () => undefined },
    sandboxEntry: new URL('file:///nowhere'),
  });
  return { exitCode, out: terminal.out(), err: terminal.err() };
}

describe('command line', () => {
  test.each([
    ['status --batch-id B1 --limit 10', 'status'],
    ['--json plan --user-id u1', 'plan'],
    ['rollback --full-rollback --json --target prod', 'rollback'],
    ['runs show 01K --items held', 'runs show'],
    ['quarantine purge 01K --confirm --force', 'quarantine purge'],
    ['drop-columns --target prod --confirm', 'drop-columns'],
    ['sandbox path', 'sandbox path'],
    ['config show', 'config show'],
    ['resume', 'resume'],
  ])('understands: %s', (line, name) => {
    expect(parse(line)).toEqual({ kind: 'command', text: '', name });
  });

  test.each([
    ['stauts', 'Did you mean status?'],
    ['plan --batchid B1', 'Did you mean --batch-id?'],
    ['status --limit many', 'a whole number from 1 to 1000'],
    ['status --limit 0', 'a whole number from 1 to 1000'],
    ['verify', "missing required argument 'run'"],
    ['runs', 'Usage: unwind runs'],
    ['runs lost', 'unknown command'],
    ['sandbox path more', 'too many arguments'],
    ['runs show 01K --items some', 'Allowed choices are'],
    ['plan --token abc', "unknown option '--token'"],
  ])('explains a mistake with the usage: %s', (line, text) => {
    const parsed = parse(line);

    expect(parsed.kind).toBe('mistake');
    expect(parsed.text).toContain(text);
    expect(parsed.text).toContain('Usage: unwind');
  });

  test('prints the version of package.json', () => {
    expect(parse('--version')).toEqual({ kind: 'printed', text: '0.1.0\n' });
  });

  test('prints help with examples and exit statuses', () => {
    expect(parse('--help').text).toMatch(/Examples:[\s\S]*Exit status: 0 success/);
  });

  test('takes no secret as an option', () => {
    expect(parse('status --help').text).not.toMatch(/--(api-)?token|--password|--secret/);
  });
});

describe('usage errors', () => {
  test('exit with 2 and print nothing on standard output', async () => {
    expect(await run('stauts')).toMatchObject({ exitCode: 2, out: '' });
  });

  test('are one JSON document with --json', async () => {
    const { exitCode, out } = await run('stauts --json');

    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      command: null,
      ok: false,
      exitCode: 2,
      error: { code: 'USAGE_INVALID', message: expect.stringContaining('stauts') as string },
    });
  });

  test.each([
    ['plan --database-only --r2-only --batch-id B1', 'SCOPE_CONTRADICTORY'],
    ['rollback --database-only --r2-only --full-rollback --confirm', 'SCOPE_CONTRADICTORY'],
    ['plan --full-rollback --batch-id B1', 'SCOPE_CONTRADICTORY'],
    ['plan --start-date 2026-1-1', 'USAGE_INVALID'],
    ['plan --start-date 2026-02-30', 'USAGE_INVALID'],
    ['plan --start-date 2026-02-02 --end-date 2026-02-01', 'USAGE_INVALID'],
    ['plan --full-rollback --accept-unknown x', 'USAGE_INVALID'],
    ['plan --full-rollback --accept-blast-radius x', 'USAGE_INVALID'],
    ['quarantine purge 01K1ABCDEFGHJKMNPQRSTVWXYZ --accept-blast-radius x', 'USAGE_INVALID'],
    ['rollback --plan 01K --batch-id B1', 'USAGE_INVALID'],
    ['rollback --plan 01K --plan-digest abc', 'USAGE_INVALID'],
    ['rollback --batch-id B1 --plan-digest ' + 'ab'.repeat(32), 'USAGE_INVALID'],
    ['undo --confirm', 'USAGE_INVALID'],
    ['undo 01K --plan 01K', 'USAGE_INVALID'],
    ['quarantine purge --confirm', 'USAGE_INVALID'],
    ['drop-columns --accept-no-undo x', 'USAGE_INVALID'],
    ['drop-columns --plan-digest ' + 'ab'.repeat(32), 'USAGE_INVALID'],
  ])('are found before anything is opened: %s', async (line, code) => {
    const { exitCode, out } = await run(`${line} --json`);

    // The working folder does not exist, so opening the application would fail in another way.
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ ok: false, exitCode: 2, error: { code } });
  });
});

import { describe, expect, test } from 'vitest';
import { errorOf, jsonOf, runCli } from '../cli/spawn-cli.ts';
import { blockedSessions } from './blocked-sessions.ts';

const blocked = blockedSessions();

function settings() {
  return { env: { ...blocked.migration().env() } };
}

describe('unwind locks', () => {
  test('shows who waits below whom they wait for', async () => {
    const { exitCode, stdout } = await runCli(['locks'], settings());

    const lines = stdout.split('\n');
    const holder = lines.findIndex((line) => line.includes(` ${String(blocked.holder().pid)} `));
    expect(exitCode).toBe(0);
    expect(lines[holder + 1]).toContain(`└ ${String(blocked.waiter().pid)}`);
    expect(lines[holder + 1]).toContain('UPDATE files');
  });

  test('does nothing without --confirm, and names the command that would', async () => {
    const pid = String(blocked.holder().pid);

    const { stdout } = await runCli(['locks', '--terminate', pid], settings());

    expect(stdout).toContain('Nothing was done. To do it:');
    expect(stdout).toMatch(
      new RegExp(`unwind locks --target default --terminate ${pid} --started-at \\S+ --confirm`),
    );
    expect(await blocked.checksum()).not.toBe('waited');
  });

  test('needs somebody to ask, or --force', async () => {
    const args = ['--cancel', String(blocked.waiter().pid), '--confirm'];

    expect(await errorOf('locks', args, settings())).toMatchObject({
      code: 'CONFIRMATION_MISMATCH',
    });
    expect(await jsonOf('locks', [...args, '--force'], settings())).toMatchObject({
      stop: { outcome: 'asked', what: 'statement' },
    });
    expect(await blocked.waited()).toBe('57014');
  });

  test.each([
    [['--cancel', '1', '--terminate', '1']],
    [['--confirm']],
    [['--cancel', '1', '--confirm', '--force']],
    [
      [
        '--terminate',
        'holder',
        '--started-at',
        '2020-01-01T00:00:00.000000Z',
        '--confirm',
        '--force',
      ],
    ],
  ])('refuses %j', async (given) => {
    const args = given.map((word) => (word === 'holder' ? String(blocked.holder().pid) : word));

    expect(await errorOf('locks', args, settings())).toMatchObject({ code: 'USAGE_INVALID' });
  });
});

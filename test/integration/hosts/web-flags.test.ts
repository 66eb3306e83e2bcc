import { describe, expect, test } from 'vitest';
import { parseWebFlags } from '../../../src/main/hosts/web/flags.ts';
import { openerOf } from '../../../src/main/hosts/web/open-browser.ts';

describe('browser door › command line', () => {
  test('opens a browser on the usual port when nothing is said', () => {
    expect(parseWebFlags([])).toEqual({
      help: false,
      open: true,
      port: undefined,
      configFile: undefined,
      settings: {},
    });
  });

  test('takes port, workspace, configuration file and target', () => {
    const args = [
      '--no-open',
      '--port',
      '0',
      '--home',
      '/w',
      '--config',
      'c.yaml',
      '--target=prod',
    ];

    expect(parseWebFlags(args)).toEqual({
      help: false,
      open: false,
      port: 0,
      configFile: 'c.yaml',
      settings: { UNWIND_HOME: '/w', target: 'prod' },
    });
  });

  test.each([
    ['an unknown option', ['--bind', '0.0.0.0']],
    ['a stray word', ['prod']],
    ['an option without its value', ['--port']],
    ['a port that is no number', ['--port', '46x']],
    ['a negative port', ['--port=-1']],
    ['a port beyond the last', ['--port', '65536']],
  ])('refuses %s as wrong usage', (_what, args) => {
    expect(() => parseWebFlags(args)).toThrow(
      expect.objectContaining({ code: 'USAGE_INVALID', exitCode: 2 }),
    );
  });

  test.each(['darwin', 'win32', 'linux'] as const)(
    'hands the URL to the opener of %s as one argument, read by no shell',
    (platform) => {
      const url = 'http://127.0.0.1:4666/?token=a&b;c';

      expect(openerOf(platform, url).at(-1)).toBe(url);
      expect(openerOf(platform, url)[0]).not.toMatch(/sh$|cmd/);
    },
  );
});

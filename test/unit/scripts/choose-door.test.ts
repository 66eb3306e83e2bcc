import { describe, expect, test } from 'vitest';
import { chooseDoor, type Facts } from '../../../scripts/choose-door.mjs';

const desk: Facts = {
  args: [],
  platform: 'linux',
  env: { DISPLAY: ':0' },
  isRoot: false,
  hasElectron: true,
};

describe('door of npm start', () => {
  test('is the desktop window where Electron is unpacked', () => {
    expect(chooseDoor(desk)).toEqual({ kind: 'desktop' });
  });

  test('is the desktop window after a fetch where Electron is not unpacked', () => {
    expect(chooseDoor({ ...desk, hasElectron: false })).toEqual({ kind: 'desktop-after-fetch' });
  });

  test.each([['--no-open'], ['--port=0'], ['--port'], ['--help']])(
    'is the browser, without a reason, when %s asks for it',
    (arg) => {
      expect(chooseDoor({ ...desk, args: [arg] })).toEqual({ kind: 'browser', reason: undefined });
    },
  );

  test.each<[string, Partial<Facts>]>([
    ['there is no display for a desktop window', { env: {} }],
    ["Electron's sandbox does not run as root", { isRoot: true }],
    [
      'Electron is not here and UNWIND_FETCH_ELECTRON=0',
      { env: { DISPLAY: ':0', UNWIND_FETCH_ELECTRON: '0' }, hasElectron: false },
    ],
  ])('is the browser because %s', (reason, facts) => {
    expect(chooseDoor({ ...desk, ...facts })).toEqual({ kind: 'browser', reason });
  });

  test('needs no display variable outside Linux', () => {
    expect(chooseDoor({ ...desk, platform: 'darwin', env: {} })).toEqual({ kind: 'desktop' });
  });
});

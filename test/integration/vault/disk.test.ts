import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openVault } from '../../../src/main/adapters/vault/open-vault.ts';
import { readKeptText, writeKeptTargets } from '../../../src/main/app/config/kept-targets.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'unwind-vault-disk-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

// A folder where the file should be: what the system refuses to every user.
describe('a workspace whose files cannot be used', () => {
  test('says so of the vault, and what to do', async () => {
    const path = join(home, 'vault.json');
    mkdirSync(path);

    await expect(openVault(path).state()).rejects.toMatchObject({
      code: 'FILE_FAILED',
      message: `The vault ${path} could not be read: EISDIR.`,
      hint: expect.stringContaining('UNWIND_HOME') as string,
    });
  });

  test('says so of the targets that were entered', async () => {
    const path = join(home, 'targets.yaml');
    mkdirSync(path);

    await expect(readKeptText(home)).rejects.toMatchObject({ code: 'FILE_FAILED' });
    await expect(writeKeptTargets(home, {})).rejects.toMatchObject({
      code: 'FILE_FAILED',
      message: `${path} could not be written: EISDIR.`,
    });
  });
});

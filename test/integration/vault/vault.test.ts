import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openVault, type Vault } from '../../../src/main/adapters/vault/open-vault.ts';
import { VaultFile } from '../../../src/main/adapters/vault/vault-file.ts';

const PASSPHRASE = 'correct horse battery';
const SECRET = 'canary-5f1c';

let folder: string;
let path: string;
let vault: Vault;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unwind-vault-'));
  path = join(folder, 'vault.json');
  vault = openVault(path);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function onDisk(): VaultFile {
  return VaultFile.parse(JSON.parse(readFileSync(path, 'utf8')));
}

function rewrite(change: (file: VaultFile) => VaultFile): void {
  writeFileSync(path, JSON.stringify(change(onDisk())));
}

/** Another process that has the passphrase. */
async function anotherDoor(): Promise<Vault> {
  const other = openVault(path);
  await other.unlock(PASSPHRASE);
  return other;
}

describe('a vault', () => {
  test('is missing, unlocked when it was made, locked for whoever comes next', async () => {
    expect(await vault.state()).toBe('missing');
    await vault.create(PASSPHRASE);
    expect(await vault.state()).toBe('unlocked');
    expect(await openVault(path).state()).toBe('locked');
  });

  test('gives back what was put in, in another process too', async () => {
    await vault.create(PASSPHRASE);
    await vault.set('target/prod/POSTGRES_PASSWORD', SECRET);

    const other = await anotherDoor();

    expect(await other.get('target/prod/POSTGRES_PASSWORD')).toBe(SECRET);
    expect(await other.get('target/prod/nothing')).toBeUndefined();
    expect(await other.names()).toEqual(['target/prod/POSTGRES_PASSWORD']);
  });

  test('keeps neither passphrase nor secret in its file, which only its owner reads', async () => {
    await vault.create(PASSPHRASE);
    await vault.set('one', SECRET);

    const text = readFileSync(path, 'utf8');

    for (const hidden of [SECRET, PASSPHRASE]) {
      expect(text).not.toContain(hidden);
      expect(text).not.toContain(Buffer.from(hidden).toString('base64').replace(/=+$/, ''));
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('seals the same secret in another way each time', async () => {
    await vault.create(PASSPHRASE);
    await vault.set('one', SECRET);
    await vault.set('two', SECRET);

    const { one, two } = onDisk().entries;

    expect(one?.data).not.toBe(two?.data);
    expect(one?.nonce).not.toBe(two?.nonce);
  });

  test.each(['Correct horse battery', 'correct horse battery ', ''])(
    'is opened by no other passphrase: "%s"',
    async (wrong) => {
      await vault.create(PASSPHRASE);

      await expect(openVault(path).unlock(wrong)).rejects.toMatchObject({
        code: 'VAULT_PASSPHRASE_WRONG',
        exitCode: 6,
      });
    },
  );

  test('takes the same passphrase however its letters are composed', async () => {
    await vault.create('ein schönes Wörtchen');

    await expect(openVault(path).unlock('ein scho\u0308nes Wo\u0308rtchen')).resolves.toBe(
      undefined,
    );
  });

  test('gives nothing, and takes nothing, while it is locked', async () => {
    await vault.create(PASSPHRASE);
    await vault.set('one', SECRET);
    vault.lock();

    await expect(vault.get('one')).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    await expect(vault.set('two', SECRET)).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    expect(await vault.names()).toEqual(['one']);
  });

  test('is not made over another one, nor with a passphrase that is soon guessed', async () => {
    await expect(vault.create('elevenchars')).rejects.toMatchObject({ code: 'USAGE_INVALID' });
    await vault.create(PASSPHRASE);

    await expect(vault.create(PASSPHRASE)).rejects.toMatchObject({ code: 'VAULT_EXISTS' });
  });

  test('refuses an entry that was moved under another name', async () => {
    await vault.create(PASSPHRASE);
    await vault.set('staging', 'weak');
    await vault.set('production', 'strong');
    rewrite((file) => {
      const { staging, production } = file.entries;
      if (staging === undefined || production === undefined) throw new Error('not there');
      return { ...file, entries: { staging: production, production: staging } };
    });

    await expect(vault.get('production')).rejects.toMatchObject({ code: 'VAULT_INVALID' });
  });

  test('refuses an entry of which a bit was changed', async () => {
    await vault.create(PASSPHRASE);
    await vault.set('one', SECRET);
    rewrite((file) => {
      const one = file.entries['one'];
      if (one === undefined) throw new Error('not there');
      const data = Buffer.from(one.data, 'base64');
      data[0] = (data[0] ?? 0) ^ 1;
      return { ...file, entries: { one: { ...one, data: data.toString('base64') } } };
    });

    await expect(vault.get('one')).rejects.toMatchObject({ code: 'VAULT_INVALID' });
  });

  test.each(['', '{', '{"format":"unwind-vault-2"}'])(
    'says that a file is none: %j',
    async (text) => {
      writeFileSync(path, text);

      await expect(vault.state()).rejects.toMatchObject({ code: 'VAULT_INVALID', exitCode: 9 });
    },
  );

  test('is made in a workspace that has no folder yet', async () => {
    const first = openVault(join(folder, 'not', 'there', 'vault.json'));

    await first.create(PASSPHRASE);

    expect(await first.state()).toBe('unlocked');
  });

  test('that was put in its place by another door is a locked one: the old key seals nothing in it', async () => {
    await vault.create(PASSPHRASE);
    rmSync(path);
    await openVault(path).create('another passphrase');

    expect(await vault.state()).toBe('locked');
    await expect(vault.set('one', SECRET)).rejects.toMatchObject({ code: 'VAULT_LOCKED' });
    expect(await vault.names()).toEqual([]);
  });

  test('keeps what another door has written in the meantime', async () => {
    await vault.create(PASSPHRASE);
    const other = await anotherDoor();

    await other.set('theirs', 'one');
    await vault.set('ours', 'two');
    await other.remove('nothing');

    expect(await other.names()).toEqual(['ours', 'theirs']);
  });
});

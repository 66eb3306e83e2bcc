import { readFile } from 'node:fs/promises';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { Vault } from '../../adapters/vault/open-vault.ts';

/** Where a configuration looks secrets up by name. */
export interface SecretSource {
  /** The secret; `undefined` where there is none, or where nobody has opened the vault. */
  valueOf(name: string): Promise<string | undefined>;
}

/** Has no secret. */
export const NO_SECRETS: SecretSource = { valueOf: () => Promise.resolve(undefined) };

/**
 * The entries of a vault. One that is locked is opened with the passphrase in a file, where one is named, at the first secret that is
 * asked for: the key costs 128 MiB for a moment, which nobody pays who needs no secret.
 * @throws VAULT_PASSPHRASE_WRONG, VAULT_INVALID, CONFIG_INVALID (the file cannot be read)
 */
export function secretsIn(vault: Vault, passphraseFile: string | null): SecretSource {
  return {
    valueOf: async (name) => {
      const state = await vault.state();
      if (state === 'missing') return undefined;
      if (state === 'locked') {
        if (passphraseFile === null || vault.isShut()) return undefined;
        await vault.unlock(await readPassphrase(passphraseFile));
      }
      return vault.get(name);
    },
  };
}

/** The passphrase in a file: its text without the line break at its end. @throws CONFIG_INVALID when it cannot be read. */
async function readPassphrase(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new OperatorError('CONFIG_INVALID', {
      message: `The passphrase file ${path} could not be read.`,
      hint: 'Name a file that this user can read with UNWIND_VAULT_PASSPHRASE_FILE.',
      details: { setting: 'UNWIND_VAULT_PASSPHRASE_FILE', origin: path },
      cause: error,
    });
  }
}

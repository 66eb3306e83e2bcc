import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { errnoOf, fileError } from '../system/file-error.ts';
import { writeAtomically } from '../system/write-atomically.ts';
import { Sealed } from './sealed.ts';

/**
 * A vault as it lies on disk: one data key for all entries, wrapped once for each way to open it, and every entry sealed for itself. Names of
 * entries can be read by anybody who can read the file; their values only with the data key.
 */
export const VaultFile = z.strictObject({
  format: z.literal('unwind-vault-1'),
  slots: z
    .array(
      z.strictObject({
        kind: z.literal('passphrase'),
        /** Salt and cost of scrypt, which makes the key of the slot from the passphrase. */
        salt: z.base64(),
        cost: z.strictObject({
          n: z
            .number()
            .int()
            .min(2 ** 14)
            .max(2 ** 20),
          r: z.number().int().min(1).max(32),
          p: z.number().int().min(1).max(16),
        }),
        wrappedKey: Sealed,
      }),
    )
    .min(1),
  entries: z.record(z.string(), Sealed),
});
export type VaultFile = z.infer<typeof VaultFile>;

/** Reads a vault; `undefined` when there is none. @throws VAULT_INVALID, FILE_FAILED */
export async function readVaultFile(path: string): Promise<VaultFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw failed(error, path, 'read');
  }
  const parsed = VaultFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw vaultInvalid(path, 'it is not a vault, or was damaged');
}

/** Writes a vault whole or not at all, readable by its owner alone. @throws DISK_FULL, FILE_FAILED */
export async function writeVaultFile(path: string, file: VaultFile): Promise<void> {
  try {
    // A workspace has no folder before something is kept in it.
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw failed(error, path, 'written');
  }
}

/** A vault, or an entry of it, that is not as it was written. */
export function vaultInvalid(path: string, what: string): OperatorError {
  return new OperatorError('VAULT_INVALID', {
    message: `The vault ${path} cannot be used: ${what}.`,
    hint: 'Bring it back from a backup. Else move it away, create a new one, and enter the secrets again.',
    details: { path },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(error: unknown, path: string, what: 'read' | 'written'): OperatorError {
  const failure = `The vault ${path} could not be ${what}`;
  const hint = 'Mend the rights on UNWIND_HOME, or free space there, then try again.';
  return fileError(error, { path, failure, hint });
}

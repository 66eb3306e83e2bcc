import { z } from 'zod';
import { procedure } from './procedure.ts';

/** Fewest characters of a new passphrase: what keeps a stolen file from being guessed open. */
export const SHORTEST_PASSPHRASE = 12;

/** How the vault of the workspace stands. Names of its entries are no secrets; their values never cross the contract. */
export const VaultStatus = z.strictObject({
  state: z.enum(['missing', 'locked', 'unlocked']),
  path: z.string(),
  /** `target/<name>/<SETTING>`, in order. */
  entries: z.array(z.string()),
});
export type VaultStatus = z.infer<typeof VaultStatus>;

const Passphrase = z.strictObject({ passphrase: z.string().min(1).max(1024) });

export const vaultContract = {
  /** How the vault stands. Fails with VAULT_INVALID. */
  status: procedure.input(z.strictObject({})).output(VaultStatus),
  /** Makes an empty vault and unlocks it. Fails with VAULT_EXISTS, or USAGE_INVALID for a passphrase that is too short. */
  create: procedure.input(Passphrase).output(VaultStatus),
  /** Unlocks the vault for this process. Fails with VAULT_MISSING or VAULT_PASSPHRASE_WRONG. */
  unlock: procedure.input(Passphrase).output(VaultStatus),
  /** Forgets the key: targets that keep a secret in the vault cannot be opened any more. Runs that go on are not touched. */
  lock: procedure.input(z.strictObject({})).output(VaultStatus),
};

import { join } from 'node:path';
import type { VaultStatus } from '../../../shared/contract/vault.ts';
import type { ProcedureContext } from './procedure-context.ts';

/** The procedures that open and shut the vault. What lies in it is told to nobody. */
export function vaultProcedures({ os, vault, configuration }: ProcedureContext) {
  async function status(): Promise<VaultStatus> {
    return {
      state: await vault.state(),
      path: join(configuration.workspacePath, 'vault.json'),
      entries: [...(await vault.names())],
    };
  }

  return {
    status: os.vault.status.handler(status),
    create: os.vault.create.handler(async ({ input }) => {
      await vault.create(input.passphrase);
      return status();
    }),
    unlock: os.vault.unlock.handler(async ({ input }) => {
      await vault.unlock(input.passphrase);
      await configuration.reload();
      return status();
    }),
    lock: os.vault.lock.handler(async () => {
      vault.lock();
      await configuration.reload();
      return status();
    }),
  };
}

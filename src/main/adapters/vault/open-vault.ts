import { randomBytes, scrypt } from 'node:crypto';
import { SHORTEST_PASSPHRASE } from '../../../shared/contract/vault.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { seal, unseal } from './sealed.ts';
import { readVaultFile, type VaultFile, vaultInvalid, writeVaultFile } from './vault-file.ts';

/** Secrets of a workspace, encrypted in one file. Values leave it only for this process, and only while it is unlocked. */
export interface Vault {
  /** Whether there is one, and whether this process has its key. @throws VAULT_INVALID, FILE_FAILED */
  state(): Promise<'missing' | 'locked' | 'unlocked'>;
  /** Makes an empty vault that the passphrase opens, and unlocks it. Durable on return. @throws VAULT_EXISTS, USAGE_INVALID, DISK_FULL, FILE_FAILED */
  create(passphrase: string): Promise<void>;
  /** @throws VAULT_MISSING, VAULT_PASSPHRASE_WRONG, VAULT_INVALID */
  unlock(passphrase: string): Promise<void>;
  /** Forgets the key. Until `unlock` is called, nothing but the operator opens it again: see `isShut`. */
  lock(): void;
  /** Whether it was locked by hand: then a passphrase in a file, which opened it before, does not open it again. */
  isShut(): boolean;
  /** Names of the entries, in order; they can be read while it is locked. Empty where there is no vault. */
  names(): Promise<readonly string[]>;
  /** The value of an entry; `undefined` where there is none. @throws VAULT_LOCKED, VAULT_INVALID */
  get(name: string): Promise<string | undefined>;
  /** Sets an entry. Durable on return. @throws VAULT_LOCKED, VAULT_MISSING, DISK_FULL, FILE_FAILED */
  set(name: string, value: string): Promise<void>;
  /** Removes an entry, if there is one. Durable on return. Takes no key: who may write the file could do it without us. */
  remove(name: string): Promise<void>;
}

/** scrypt as OWASP asks for at least: 128 MiB and some hundred milliseconds for each guess. */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** Opens the vault at a path, which may not be there yet. Read again at each call: another door may have written it since. */
export function openVault(path: string): Vault {
  let held: { readonly key: Buffer; readonly slots: string } | undefined;
  let shut = false;

  function hold(key: Buffer, { slots }: Pick<VaultFile, 'slots'>): void {
    held = { key, slots: JSON.stringify(slots) };
    shut = false;
  }

  /** Whether the key is that of this file. Another door may have put a new vault there since: what was sealed with the old key nobody could open. */
  function keyFor({ slots }: Pick<VaultFile, 'slots'>): Buffer | undefined {
    return held?.slots === JSON.stringify(slots) ? held.key : undefined;
  }

  async function read(): Promise<VaultFile> {
    const file = await readVaultFile(path);
    if (file !== undefined) return file;
    throw new OperatorError('VAULT_MISSING', {
      message: `There is no vault at ${path}.`,
      hint: 'Create one on the page Targets of the console.',
      details: { path },
    });
  }

  function unlockedKey(file: VaultFile): Buffer {
    const key = keyFor(file);
    if (key !== undefined) return key;
    throw new OperatorError('VAULT_LOCKED', {
      message: `The vault ${path} is locked.`,
      hint: 'Unlock it on the page Targets of the console, or name a file with its passphrase by UNWIND_VAULT_PASSPHRASE_FILE.',
      details: { path },
    });
  }

  return {
    state: async () => {
      const file = await readVaultFile(path);
      if (file === undefined) return 'missing';
      return keyFor(file) === undefined ? 'locked' : 'unlocked';
    },
    create: async (passphrase) => {
      if ((await readVaultFile(path)) !== undefined) {
        throw new OperatorError('VAULT_EXISTS', {
          message: `There is a vault at ${path} already.`,
          hint: 'Unlock it with its passphrase, or move it away first.',
          details: { path },
        });
      }
      checkLength(passphrase);
      const dataKey = randomBytes(KEY_BYTES);
      const slots = [await slotFor(passphrase, dataKey)];
      await writeVaultFile(path, { format: 'unwind-vault-1', slots, entries: {} });
      hold(dataKey, { slots });
    },
    unlock: async (passphrase) => {
      const file = await read();
      for (const slot of file.slots) {
        const slotKey = await keyOf(passphrase, slot);
        const dataKey = unseal(slotKey, slot.wrappedKey, 'key');
        if (dataKey?.length !== KEY_BYTES) continue;
        hold(dataKey, file);
        return;
      }
      throw new OperatorError('VAULT_PASSPHRASE_WRONG', {
        message: `The passphrase does not open the vault ${path}.`,
        hint: 'Capitals and spaces count. Nobody can read the secrets without it: if it is lost, create a new vault and enter them again.',
        details: { path },
      });
    },
    lock: () => {
      held?.key.fill(0);
      held = undefined;
      shut = true;
    },
    isShut: () => shut,
    names: async () => Object.keys((await readVaultFile(path))?.entries ?? {}).toSorted(),
    get: async (name) => {
      const file = await read();
      const sealed = file.entries[name];
      if (sealed === undefined) return undefined;
      const value = unseal(unlockedKey(file), sealed, placeOf(name));
      if (value === undefined) throw vaultInvalid(path, `its entry ${name} was damaged or moved`);
      return value.toString();
    },
    set: async (name, value) => {
      const file = await read();
      const sealed = seal(unlockedKey(file), Buffer.from(value), placeOf(name));
      await writeVaultFile(path, { ...file, entries: { ...file.entries, [name]: sealed } });
    },
    remove: async (name) => {
      const file = await read();
      const { [name]: _removed, ...entries } = file.entries;
      await writeVaultFile(path, { ...file, entries });
    },
  };
}

function placeOf(name: string): string {
  return `entry ${name}`;
}

function checkLength(passphrase: string): void {
  if (passphrase.length >= SHORTEST_PASSPHRASE) return;
  throw new OperatorError('USAGE_INVALID', {
    message: `A passphrase has at least ${String(SHORTEST_PASSPHRASE)} characters.`,
    hint: 'Take several words: a long passphrase is easier to remember than a strange one.',
    details: { shortest: SHORTEST_PASSPHRASE },
  });
}

type Slot = VaultFile['slots'][number];

async function slotFor(passphrase: string, dataKey: Buffer): Promise<Slot> {
  const salt = randomBytes(SALT_BYTES).toString('base64');
  const slotKey = await keyOf(passphrase, { salt, cost: COST });
  return { kind: 'passphrase', salt, cost: COST, wrappedKey: seal(slotKey, dataKey, 'key') };
}

function keyOf(passphrase: string, { salt, cost }: Pick<Slot, 'salt' | 'cost'>): Promise<Buffer> {
  const { n, r, p } = cost;
  // Node refuses what takes more memory than this, and scrypt takes 128 × N × r bytes.
  const maxmem = 256 * n * r;
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase.normalize('NFKC'),
      Buffer.from(salt, 'base64'),
      KEY_BYTES,
      { N: n, r, p, maxmem },
      (error, derived) => {
        if (error === null) resolve(derived);
        else reject(error);
      },
    );
  });
}

import type { KeptTarget, TargetDraft, TestedPart } from '../../shared/contract/target.ts';
import { OperatorError, toOperatorError } from '../../shared/domain/operator-error.ts';
import type { Vault } from '../adapters/vault/open-vault.ts';
import type { Part, TargetInParts, TargetsInParts } from '../core/ports/target.ts';
import { type KeptTargets, readKeptText, writeKeptTargets } from './config/kept-targets.ts';
import type { LiveConfiguration } from './config/live-configuration.ts';
import { definitionOf, isSettingName } from './config/settings.ts';
import type { DraftTarget } from './config/types.ts';

/** Targets that are entered in the console: in a file of the workspace, their secrets in the vault. */
export interface TargetKeeper {
  /** @throws TARGET_NOT_FOUND */
  find(name: string): Promise<KeptTarget>;
  /** Opens each part read-only. Keeps nothing. @throws CONFIG_INVALID, VAULT_LOCKED */
  test(draft: TargetDraft): Promise<readonly TestedPart[]>;
  /** Durable on return. @throws CONFIG_INVALID, VAULT_MISSING, VAULT_LOCKED; nothing is kept then. */
  save(draft: TargetDraft): Promise<void>;
  /** @throws TARGET_NOT_FOUND */
  remove(name: string): Promise<void>;
}

/** What a keeper works with. */
interface KeeperParts {
  readonly configuration: LiveConfiguration;
  readonly vault: Vault;
  /** The targets as they would be with this one among them. @throws CONFIG_INVALID */
  readonly targetsWith: (draft: DraftTarget) => Promise<TargetsInParts>;
}

/** Makes the keeper of a workspace. */
export function targetKeeper({ configuration, vault, targetsWith }: KeeperParts): TargetKeeper {
  async function keptOf(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    return (await readKeptText(configuration.workspacePath))[name];
  }

  async function existing(name: string): Promise<Readonly<Record<string, string>>> {
    const kept = await keptOf(name);
    if (kept !== undefined) return kept;
    throw new OperatorError('TARGET_NOT_FOUND', {
      message: `No target called "${name}" was entered in the console.`,
      hint: 'A target of the config file or of the environment is changed where it stands.',
      details: { target: name },
    });
  }

  /** The draft with the secrets that it leaves as they are. */
  async function whole(draft: TargetDraft): Promise<DraftTarget> {
    const values: Record<string, string> = { ...checked(draft).settings };
    for (const [setting, text] of Object.entries((await keptOf(draft.name)) ?? {})) {
      if (!text.startsWith('vault:') || setting in draft.secrets) continue;
      values[setting] = (await vault.get(text.slice('vault:'.length))) ?? '';
    }
    return { name: draft.name, values: { ...values, ...draft.secrets } };
  }

  async function change(edit: (targets: KeptTargets) => KeptTargets): Promise<void> {
    const home = configuration.workspacePath;
    const before = await readKeptText(home);
    await writeKeptTargets(home, edit(before));
    try {
      await configuration.reload();
    } catch (error) {
      await writeKeptTargets(home, before);
      throw error;
    }
  }

  return {
    find: async (name) => {
      const entries = Object.entries(await existing(name));
      const isKeptApart = ([setting]: readonly [string, string]): boolean => isSecret(setting);
      return {
        name,
        settings: Object.fromEntries(entries.filter((entry) => !isKeptApart(entry))),
        secretsSet: entries.filter(isKeptApart).map(([setting]) => setting),
      };
    },
    test: async (draft) => {
      const targets = await targetsWith(await whole(draft));
      const target = await targets.openInParts(draft.name);
      try {
        return await Promise.all([
          tested('database', target.database, async ({ database }) => {
            const { location } = await database.describe();
            return location;
          }),
          tested('bucket', target.objects, async (objects) => {
            await objects.checkAccess();
            return `${objects.bucket} at ${objects.endpoint}`;
          }),
          testedOriginals(target),
        ]);
      } finally {
        await target.close();
      }
    },
    save: async (draft) => {
      const { settings, secrets } = checked(draft);
      // Before the vault gets a secret: one that is refused leaves nothing behind.
      await targetsWith({ name: draft.name, values: { ...settings, ...secrets } });
      const kept = (await keptOf(draft.name)) ?? {};
      const references: Record<string, string> = Object.fromEntries(
        Object.entries(kept).filter(([setting]) => isSecret(setting) && !(setting in secrets)),
      );
      for (const [setting, secret] of Object.entries(secrets)) {
        if (secret === '') continue;
        await vault.set(entryOf(draft.name, setting), secret);
        references[setting] = `vault:${entryOf(draft.name, setting)}`;
      }
      const filled = Object.entries(settings).filter(([, text]) => text.trim() !== '');
      await change((targets) => ({
        ...targets,
        [draft.name]: { ...Object.fromEntries(filled), ...references },
      }));
      await removeEntries(
        vault,
        Object.keys(secrets)
          .filter((setting) => secrets[setting] === '')
          .map((setting) => entryOf(draft.name, setting)),
      );
    },
    remove: async (name) => {
      await existing(name);
      await change(({ [name]: _removed, ...others }) => others);
      await removeEntries(
        vault,
        (await vault.names()).filter((entry) => entry.startsWith(entryOf(name, ''))),
      );
    },
  };
}

function entryOf(name: string, setting: string): string {
  return `target/${name}/${setting}`;
}

async function removeEntries(vault: Vault, names: readonly string[]): Promise<void> {
  const there = new Set(await vault.names());
  for (const name of names) if (there.has(name)) await vault.remove(name);
}

function isSecret(setting: string): boolean {
  return isSettingName(setting) && definitionOf(setting).secret;
}

/** @throws CONFIG_INVALID for a secret among the settings, or a setting among the secrets. */
function checked(draft: TargetDraft): TargetDraft {
  const wrong =
    Object.keys(draft.settings).find(isSecret) ??
    Object.keys(draft.secrets).find((setting) => !isSecret(setting));
  if (wrong === undefined) return draft;
  throw new OperatorError('CONFIG_INVALID', {
    message: `${wrong} ${isSecret(wrong) ? 'is a secret and does not belong' : 'is no secret: it belongs'} among the settings.`,
    hint: 'Secrets go into the vault, everything else into the settings.',
    details: { setting: wrong },
  });
}

async function tested<T>(
  part: TestedPart['part'],
  opened: Part<T>,
  look: (part: T) => Promise<string>,
): Promise<TestedPart> {
  try {
    if (opened.state === 'shut') throw opened.error;
    return { part, state: 'ok', found: await look(opened.part), fix: null };
  } catch (error) {
    const { code, message, hint } = toOperatorError(error);
    const state = code === 'CONFIG_MISSING' ? 'not-configured' : 'failed';
    return { part, state, found: message, fix: hint };
  }
}

/** Whether the place of the originals can be read; which of them are there, a plan finds out. */
async function testedOriginals({ originals }: TargetInParts): Promise<TestedPart> {
  if (originals.state === 'open' && originals.part.location === null) {
    const found =
      'No place of the originals is configured: each file whose content nothing else proves is held.';
    return { part: 'originals', state: 'not-configured', found, fix: null };
  }
  const part = await tested('originals', originals, ({ location }) =>
    Promise.resolve(location ?? ''),
  );
  if (originals.state === 'shut') return part;
  const failed = (await originals.part.diagnose()).find(({ state }) => state === 'failed');
  return failed === undefined
    ? part
    : { part: 'originals', state: 'failed', found: failed.finding, fix: failed.fix };
}

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml, stringify } from 'yaml';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { fileError } from '../../adapters/system/file-error.ts';
import { writeAtomically } from '../../adapters/system/write-atomically.ts';
import { type References, readConfigFile } from './config-file.ts';
import { type FoundValue, type Layer, parseValue } from './layers.ts';
import { isAbsent } from './read-layers.ts';
import { definitionOf, isSettingName, type SettingName } from './settings.ts';
import type { DraftTarget } from './types.ts';

/** Targets by name, as they stand in the file: settings by name, secrets as `vault:` references. */
export type KeptTargets = Readonly<Record<string, Readonly<Record<string, string>>>>;

const FileShape = z.strictObject({
  targets: z.record(z.string(), z.record(z.string(), z.coerce.string())).default({}),
});
const HEADER =
  '# Targets that were entered in the console. Secrets are in the vault beside this file.\n';

/** The file in a workspace that keeps what was entered in the console. */
function keptTargetsPath(home: string): string {
  return join(home, 'targets.yaml');
}

/** The targets that were entered in the console, checked. @throws CONFIG_INVALID, CONFIG_SECRET_IN_FILE */
export async function readKeptTargets(
  home: string,
  references: References,
): Promise<ReadonlyMap<string, Layer>> {
  const place = { path: keptTargetsPath(home), presence: 'optional' } as const;
  return (await readConfigFile(place, references))?.targets ?? new Map<string, Layer>();
}

/** As it stands in the file, to be changed. @throws CONFIG_INVALID, FILE_FAILED */
export async function readKeptText(home: string): Promise<KeptTargets> {
  const path = keptTargetsPath(home);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return {};
    throw failed(error, path, 'read');
  }
  const parsed = FileShape.safeParse(contentOf(text));
  if (parsed.success) return parsed.data.targets;
  throw new OperatorError('CONFIG_INVALID', {
    message: `The file ${path} is not a map of targets.`,
    hint: 'Correct the file, or move it away and enter the targets again.',
    details: { origin: path },
  });
}

/** What a YAML text says; `null` for one that is none, which has no shape. */
function contentOf(text: string): unknown {
  try {
    return parseYaml(text) ?? {};
  } catch {
    return null;
  }
}

/** Durable on return. @throws DISK_FULL, FILE_FAILED */
export async function writeKeptTargets(home: string, targets: KeptTargets): Promise<void> {
  const path = keptTargetsPath(home);
  try {
    await mkdir(home, { recursive: true });
    await writeAtomically(path, `${HEADER}${stringify({ targets })}`, { mode: 0o600 });
  } catch (error) {
    throw failed(error, path, 'written');
  }
}

function failed(error: unknown, path: string, what: 'read' | 'written'): OperatorError {
  const hint = 'Mend the rights on UNWIND_HOME, or free space there, then try again.';
  return fileError(error, { path, failure: `${path} could not be ${what}`, hint });
}

/** Puts a target that is being entered among the kept ones. @throws CONFIG_INVALID naming the setting. */
export function withDraft(
  kept: ReadonlyMap<string, Layer>,
  draft: DraftTarget,
  home: string,
): ReadonlyMap<string, Layer> {
  const layer = new Map<SettingName, FoundValue>();
  for (const [name, text] of Object.entries(draft.values)) {
    if (text.trim() === '') continue;
    if (!isSettingName(name) || definitionOf(name).scope === 'workspace') {
      throw new OperatorError('CONFIG_INVALID', {
        message: `${name} is no setting of a target.`,
        hint: 'Leave it out. docs/cli.md lists the settings.',
        details: { setting: name },
      });
    }
    const origin = `the target ${draft.name}`;
    layer.set(name, parseValue({ name, text, source: 'config-file', origin, folder: home }));
  }
  return new Map([...kept, [draft.name, layer]]);
}

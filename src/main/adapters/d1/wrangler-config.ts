import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type ParseError, parse as parseJsonc, printParseErrorCode } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { fromFileSystem } from './errors.ts';

/** Names of a wrangler configuration, in the order in which wrangler itself looks for them. */
export const wranglerConfigNames = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml'] as const;

/** A D1 database that a wrangler configuration binds. `localId` is what wrangler derives the local file's name from. */
export interface D1Binding {
  readonly binding: string;
  readonly localId: string;
}

const Bindings = z
  .array(
    z.object({
      binding: z.string(),
      database_id: z.string().optional(),
      preview_database_id: z.string().optional(),
    }),
  )
  .optional();

const WranglerConfig = z.object({
  d1_databases: Bindings,
  env: z.record(z.string(), z.object({ d1_databases: Bindings })).optional(),
});

/** Whether `path` names a wrangler configuration file. */
export function isWranglerConfig(path: string): boolean {
  const name = basename(path);
  return wranglerConfigNames.some((known) => known === name);
}

/**
 * The D1 databases that a wrangler configuration binds, in all its environments, one per local file.
 *
 * @throws CONFIG_INVALID naming the place where it cannot be read.
 */
export async function readD1Bindings(configPath: string): Promise<readonly D1Binding[]> {
  const text = await readFile(configPath, 'utf8').catch((error: unknown) => {
    throw fromFileSystem(error, { doing: 'Reading', path: configPath });
  });
  const parsed = WranglerConfig.safeParse(parseConfig(configPath, text));
  if (!parsed.success) throw invalid(configPath, z.prettifyError(parsed.error), parsed.error);
  const environments = Object.values(parsed.data.env ?? {});
  const bindings = [parsed.data, ...environments].flatMap((part) => part.d1_databases ?? []);
  const byLocalId = new Map<string, D1Binding>();
  for (const { binding, database_id, preview_database_id } of bindings) {
    const localId = preview_database_id ?? database_id ?? binding;
    if (!byLocalId.has(localId)) byLocalId.set(localId, { binding, localId });
  }
  return [...byLocalId.values()];
}

function parseConfig(configPath: string, text: string): unknown {
  if (configPath.endsWith('.toml')) {
    try {
      return parseToml(text);
    } catch (error) {
      throw invalid(configPath, error instanceof Error ? error.message : String(error), error);
    }
  }
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const line = text.slice(0, first.offset).split('\n').length;
  throw invalid(configPath, `${printParseErrorCode(first.error)} in line ${String(line)}`, first);
}

function invalid(configPath: string, problem: string, cause: unknown): OperatorError {
  return new OperatorError('CONFIG_INVALID', {
    message: `The wrangler configuration ${configPath} cannot be read: ${problem}`,
    hint: 'Correct it, or set D1_LOCAL_PATH to the D1 file itself.',
    details: { path: configPath },
    cause,
  });
}

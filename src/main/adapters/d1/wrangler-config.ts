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

/** What one environment of a wrangler configuration binds. */
export interface WranglerEnvironment {
  /** `null`: the part of the configuration that belongs to no environment. */
  readonly name: string | null;
  readonly databases: readonly D1Binding[];
  readonly buckets: readonly { readonly name: string; readonly jurisdiction: string | null }[];
}

/** A wrangler configuration, as far as it says where data is. */
export interface WranglerProject {
  readonly name: string | null;
  readonly accountId: string | null;
  readonly environments: readonly WranglerEnvironment[];
}

const Bound = z.object({
  d1_databases: z
    .array(
      z.object({
        binding: z.string(),
        database_id: z.string().optional(),
        preview_database_id: z.string().optional(),
      }),
    )
    .optional(),
  r2_buckets: z
    .array(z.object({ bucket_name: z.string().optional(), jurisdiction: z.string().optional() }))
    .optional(),
});

const WranglerConfig = z.object({
  ...Bound.shape,
  name: z.string().optional(),
  account_id: z.string().optional(),
  env: z.record(z.string(), Bound).optional(),
});

/** Whether `path` names a wrangler configuration file. */
export function isWranglerConfig(path: string): boolean {
  const name = basename(path);
  return wranglerConfigNames.some((known) => known === name);
}

/**
 * Reads where a wrangler configuration says that data is. Bindings are not inherited by environments, as with wrangler itself.
 *
 * @throws CONFIG_INVALID naming the place where it cannot be read.
 */
export async function readWranglerProject(configPath: string): Promise<WranglerProject> {
  const text = await readFile(configPath, 'utf8').catch((error: unknown) => {
    throw fromFileSystem(error, { doing: 'Reading', path: configPath });
  });
  const parsed = WranglerConfig.safeParse(parseConfig(configPath, text));
  if (!parsed.success) throw invalid(configPath, z.prettifyError(parsed.error), parsed.error);
  const { name, account_id, env = {}, ...top } = parsed.data;
  return {
    name: name ?? null,
    accountId: account_id ?? null,
    environments: [
      environmentOf(null, top),
      ...Object.entries(env).map(([environment, bound]) => environmentOf(environment, bound)),
    ],
  };
}

function environmentOf(name: string | null, bound: z.infer<typeof Bound>): WranglerEnvironment {
  return {
    name,
    databases: (bound.d1_databases ?? []).map(
      ({ binding, database_id, preview_database_id }): D1Binding => ({
        binding,
        localId: preview_database_id ?? database_id ?? binding,
      }),
    ),
    buckets: (bound.r2_buckets ?? []).flatMap(({ bucket_name, jurisdiction }) =>
      bucket_name === undefined ? [] : [{ name: bucket_name, jurisdiction: jurisdiction ?? null }],
    ),
  };
}

/**
 * The D1 databases that a wrangler configuration binds, in all its environments, one per local file.
 *
 * @throws CONFIG_INVALID naming the place where it cannot be read.
 */
export async function readD1Bindings(configPath: string): Promise<readonly D1Binding[]> {
  const { environments } = await readWranglerProject(configPath);
  const byLocalId = new Map<string, D1Binding>();
  for (const database of environments.flatMap(({ databases }) => databases)) {
    if (!byLocalId.has(database.localId)) byLocalId.set(database.localId, database);
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

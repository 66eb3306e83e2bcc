import { z } from 'zod';
import { Environment, GuardLevel } from '../../../shared/domain/target.ts';
import { parseByteSize } from './byte-size.ts';
import { parseDurationMs } from './duration.ts';

/** How much the log says. */
export const LogLevel = z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']);
export type LogLevel = z.infer<typeof LogLevel>;

/** Where R2 keeps a bucket's data; decides the host name of the endpoint. */
export const Jurisdiction = z.enum(['default', 'eu', 'fedramp']);
export type Jurisdiction = z.infer<typeof Jurisdiction>;

/** How a PostgreSQL connection is protected. `allow` and `prefer` promise nothing: only `disable`, where that is allowed, stands for them. */
export const SslMode = z.enum([
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
]);
export type SslMode = z.infer<typeof SslMode>;

/**
 * Who a setting belongs to.
 *
 * `workspace`: this process. `target`: says which database, bucket or originals a target is; a named target takes it only from
 * its own map. `account`: how to reach an account; a named target that says nothing itself inherits it.
 */
type SettingScope = 'workspace' | 'target' | 'account';

interface SettingDefinition {
  readonly scope: SettingScope;
  readonly secret: boolean;
  /** Whether a relative value is resolved: against the working folder, or the folder of the file it stands in. */
  readonly path: 'none' | 'path' | 'path-or-url' | 'path-or-system';
  /** What a value may be, for people. */
  readonly allowed: string;
  readonly schema: z.ZodType<string>;
}

const trueWords = ['true', '1', 'yes', 'on'];
const falseWords = ['false', '0', 'no', 'off'];

const anyText = z.string().min(1);

const httpUrl = z.string().refine(isHttpUrl);

/** What a configuration may call a target: the other environments follow from where it comes from. */
const NAMED_ENVIRONMENTS = Environment.exclude(['sandbox', 'unnamed']).options;

const plain = { scope: 'target', secret: false, path: 'none', schema: anyText } as const;
const duration = {
  ...plain,
  allowed: 'a time with its unit, e.g. 500ms, 5s or 2min; 0 for no limit',
  schema: z.string().refine((text) => parseDurationMs(text) !== undefined),
} as const;
const account = { scope: 'account', secret: false, path: 'none', schema: anyText } as const;

/** Every setting that Unwind reads, in the order in which `config show` lists them. */
export const SETTINGS = {
  USE_D1_DATABASE: {
    ...plain,
    allowed: 'true (D1) or false (PostgreSQL)',
    schema: z
      .string()
      .toLowerCase()
      .pipe(z.enum([...trueWords, ...falseWords]))
      .transform((word) => (trueWords.includes(word) ? 'true' : 'false')),
  },
  D1_LOCAL_PATH: {
    ...plain,
    path: 'path',
    allowed: 'a D1 file, a folder, a glob or a wrangler project folder',
  },
  POSTGRES_HOST: {
    ...plain,
    allowed:
      'one host name, one address or a socket folder, without user, password, port or scheme',
    // A whole connection URL would be printed as a host with the password in it.
    schema: anyText.refine((text) => !/[,@]|:\/\//.test(text)),
  },
  POSTGRES_PORT: {
    ...plain,
    allowed: 'a port number from 1 to 65535',
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .refine((digits) => Number(digits) >= 1 && Number(digits) <= 65_535),
  },
  POSTGRES_DB: {
    ...plain,
    allowed: 'a database name, not a connection URL',
    schema: anyText.refine((text) => !text.includes('://')),
  },
  POSTGRES_USER: { ...plain, allowed: 'a role name' },
  POSTGRES_PASSWORD: { ...plain, secret: true, allowed: 'the password of POSTGRES_USER' },
  POSTGRES_PASSFILE: { ...account, path: 'path', allowed: 'a password file as libpq reads it' },
  POSTGRES_SCHEMA: { ...plain, allowed: 'schema names, comma-separated, e.g. app, public' },
  POSTGRES_SSLMODE: {
    ...plain,
    allowed: SslMode.options.join(', '),
    schema: SslMode,
  },
  POSTGRES_SSLROOTCERT: {
    ...plain,
    path: 'path-or-system',
    allowed: 'a PEM file of certificate authorities, or system',
  },
  POSTGRES_SSLCERT: { ...plain, path: 'path', allowed: 'a PEM file of the client certificate' },
  POSTGRES_SSLKEY: { ...plain, path: 'path', allowed: 'a PEM file of the client key' },
  POSTGRES_CONNECT_TIMEOUT: duration,
  POSTGRES_STATEMENT_TIMEOUT: duration,
  POSTGRES_LOCK_TIMEOUT: duration,
  POSTGRES_IDLE_TIMEOUT: duration,
  POSTGRES_APPNAME: {
    ...plain,
    allowed: 'what application_name begins with: up to 24 printable ASCII characters',
    schema: z.string().regex(/^[\x20-\x7e]{1,24}$/),
  },
  POSTGRES_OPTIONS: { ...plain, allowed: 'options of the server process, e.g. -c geqo=off' },
  R2_BUCKET_NAME: {
    ...plain,
    allowed: 'a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens',
    schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  },
  R2_ENDPOINT: {
    ...plain,
    allowed: 'an http(s) URL, e.g. https://<account-id>.r2.cloudflarestorage.com',
    schema: httpUrl,
  },
  R2_JURISDICTION: { ...account, allowed: 'default, eu or fedramp', schema: Jurisdiction },
  CLOUDFLARE_ACCOUNT_ID: {
    ...account,
    allowed: 'the account id: letters, digits, _ and -',
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  },
  CLOUDFLARE_API_TOKEN: { ...account, secret: true, allowed: 'an API token' },
  R2_ACCESS_KEY_ID: { ...account, allowed: 'the id of an R2 key pair' },
  R2_SECRET_ACCESS_KEY: { ...account, secret: true, allowed: 'the secret of an R2 key pair' },
  UNWIND_ORIGINALS: {
    ...plain,
    path: 'path-or-url',
    allowed: 'a folder, or an http(s) URL under which source_path is found',
    schema: z.string().refine((text) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(text) || isHttpUrl(text)),
  },
  UNWIND_MAPPING: {
    ...plain,
    path: 'path',
    allowed: 'a YAML file that names the tables and columns of the migration',
  },
  UNWIND_ENVIRONMENT: {
    ...plain,
    allowed: `${NAMED_ENVIRONMENTS.slice(0, -1).join(', ')} or ${NAMED_ENVIRONMENTS.at(-1) ?? ''}`,
    schema: z.enum(NAMED_ENVIRONMENTS),
  },
  UNWIND_GUARD: {
    ...plain,
    allowed: `${GuardLevel.options.slice(0, -1).join(', ')} or ${GuardLevel.options.at(-1) ?? ''}`,
    schema: GuardLevel,
  },
  UNWIND_MAX_FILES: {
    ...plain,
    allowed: 'the most files that one plan may change without a reason, e.g. 10000',
    schema: z.string().regex(/^\d{1,12}$/),
  },
  UNWIND_MAX_BYTES: {
    ...plain,
    allowed:
      'the most bytes of objects that one plan may move without a reason, e.g. 500MB or 20GiB',
    schema: z.string().refine((text) => parseByteSize(text) !== undefined),
  },
  UNWIND_MAX_PERCENT: {
    ...plain,
    allowed:
      'the most that one plan may change of all records without a reason, from 0 to 100, e.g. 12.5 or 12.5%',
    schema: z
      .string()
      .regex(/^\d{1,3}(\.\d{1,3})?\s?%?$/)
      .refine((text) => Number.parseFloat(text) <= 100),
  },
  UNWIND_TARGET: {
    scope: 'workspace',
    secret: false,
    path: 'none',
    allowed: 'a target name: up to 64 letters, digits, dots, _ and -, other than sandbox',
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  },
  UNWIND_HOME: {
    scope: 'workspace',
    secret: false,
    path: 'path',
    allowed: 'the folder of the workspace',
    schema: anyText,
  },
  UNWIND_VAULT_PASSPHRASE_FILE: {
    scope: 'workspace',
    secret: false,
    path: 'path',
    allowed: 'a file that holds the passphrase of the vault',
    schema: anyText,
  },
  LOG_LEVEL: {
    scope: 'workspace',
    secret: false,
    path: 'none',
    allowed: 'DEBUG, INFO, WARNING or ERROR',
    schema: z.string().toUpperCase().pipe(LogLevel),
  },
} as const satisfies Record<string, SettingDefinition>;

/** Name of a setting: the environment variable, the key in a config file. */
export type SettingName = keyof typeof SETTINGS;

/** All setting names, in the order of `SETTINGS`. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** The definition of one setting. */
export function definitionOf(name: SettingName): SettingDefinition {
  return SETTINGS[name];
}

/** Whether `name` is a setting. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** Whether `text` is an absolute http(s) URL. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

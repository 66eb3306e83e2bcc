import { Environment, GuardLevel } from '../../../shared/domain/target.ts';
import { GUARD_WORDS } from '../../shell/environment.ts';

/** Which database a target that is being entered has. */
export type Kind = 'd1' | 'postgres';

/** One setting as it is entered. */
export interface TargetField {
  readonly setting: string;
  readonly label: string;
  readonly help?: string;
  readonly example?: string;
  /** A choice among few; the first is what an empty value means. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly isSecret?: true;
  /** Holds long paths: a line of its own. */
  readonly isWide?: true;
}

/** Fields that belong together, under one title. */
export interface SettingGroup {
  readonly title: string;
  readonly note?: string;
  readonly fields: readonly TargetField[];
}

const D1: SettingGroup = {
  title: 'Database',
  fields: [
    {
      setting: 'D1_LOCAL_PATH',
      isWide: true,
      label: 'D1 file',
      help: 'A file, a folder, a glob or a wrangler project folder, as an absolute path.',
      example: '/srv/app/.wrangler/state/v3/d1/miniflare-D1DatabaseObject/….sqlite',
    },
  ],
};

const POSTGRES: SettingGroup = {
  title: 'Database',
  fields: [
    { setting: 'POSTGRES_HOST', label: 'Host', example: 'db.example.org' },
    { setting: 'POSTGRES_PORT', label: 'Port', example: '5432' },
    { setting: 'POSTGRES_DB', label: 'Database' },
    { setting: 'POSTGRES_USER', label: 'User' },
    { setting: 'POSTGRES_PASSWORD', label: 'Password', isSecret: true },
    { setting: 'POSTGRES_SCHEMA', label: 'Schemas', example: 'app, public' },
    {
      setting: 'POSTGRES_SSLMODE',
      label: 'TLS',
      help: 'A server on this machine needs none.',
      choices: [
        { value: '', label: 'by default: verify-full' },
        { value: 'verify-full', label: 'verify-full: authority and host name' },
        { value: 'verify-ca', label: 'verify-ca: authority only' },
        { value: 'require', label: 'UNSAFE: encrypted, nobody identified' },
        { value: 'disable', label: 'none: this machine only' },
      ],
    },
    {
      setting: 'POSTGRES_SSLROOTCERT',
      label: 'Authorities',
      help: 'A PEM file, or system.',
    },
  ],
};

const R2: SettingGroup = {
  title: 'R2',
  note: 'Leave it empty for a rollback of rows only.',
  fields: [
    { setting: 'R2_BUCKET_NAME', label: 'Bucket' },
    { setting: 'CLOUDFLARE_ACCOUNT_ID', label: 'Account id' },
    {
      setting: 'CLOUDFLARE_API_TOKEN',
      label: 'API token',
      help: 'A key pair is derived from it where none is entered.',
      isSecret: true,
    },
    { setting: 'R2_ACCESS_KEY_ID', label: 'Access key id' },
    { setting: 'R2_SECRET_ACCESS_KEY', label: 'Secret access key', isSecret: true },
    {
      setting: 'R2_JURISDICTION',
      label: 'Jurisdiction',
      choices: [
        { value: '', label: 'default' },
        { value: 'eu', label: 'eu' },
        { value: 'fedramp', label: 'fedramp' },
      ],
    },
    {
      setting: 'R2_ENDPOINT',
      label: 'Endpoint',
      help: 'Follows from the account; enter it for another server that speaks S3.',
      example: 'https://<account-id>.r2.cloudflarestorage.com',
    },
  ],
};

const ORIGINALS: SettingGroup = {
  title: 'Originals',
  fields: [
    {
      setting: 'UNWIND_ORIGINALS',
      label: 'Folder or http(s) base',
      help: 'Where the files were before they were migrated: what proves that an object may go.',
      example: '/srv/originals',
    },
    {
      setting: 'UNWIND_MAPPING',
      label: 'Mapping file',
      help: 'Only where the tables have other names than the reference gives them.',
    },
  ],
};

const SAFETY: SettingGroup = {
  title: 'Safety',
  fields: [
    {
      setting: 'UNWIND_ENVIRONMENT',
      label: 'Environment',
      choices: [
        { value: '', label: 'unnamed, which counts as real' },
        ...Environment.exclude(['sandbox', 'unnamed']).options.map((value) => ({
          value,
          label: value,
        })),
      ],
    },
    {
      setting: 'UNWIND_GUARD',
      label: 'Guard',
      help: 'What it takes to change the target. Production takes a typed phrase, or is read-only.',
      choices: [
        { value: '', label: `${GUARD_WORDS.phrase} (default)` },
        ...GuardLevel.exclude(['phrase']).options.map((value) => ({
          value,
          label: GUARD_WORDS[value],
        })),
      ],
    },
    {
      setting: 'UNWIND_MAX_FILES',
      label: 'Most files of a plan',
      help: 'More takes a reason. Empty: no limit.',
      example: '10000',
    },
    { setting: 'UNWIND_MAX_BYTES', label: 'Most bytes of objects', example: '20GiB' },
    { setting: 'UNWIND_MAX_PERCENT', label: 'Most percent of all records', example: '12.5' },
  ],
};

const DATABASES: Readonly<Record<Kind, SettingGroup>> = { d1: D1, postgres: POSTGRES };

/** Everything that is entered for a target of one kind, in order. */
export function groupsFor(kind: Kind): readonly SettingGroup[] {
  return [DATABASES[kind], R2, ORIGINALS, SAFETY];
}

/** The kind that kept settings say. */
export function kindOf(settings: Readonly<Record<string, string>>): Kind {
  return settings['USE_D1_DATABASE'] === 'false' ? 'postgres' : 'd1';
}

/** What is in the form. */
export interface Entered {
  readonly kind: Kind;
  /** Settings and secrets as typed, by name; secrets that stay as they are have none. */
  readonly texts: Readonly<Record<string, string>>;
  /** Secrets that are kept now. */
  readonly secretsSet: readonly string[];
  /** Those of them that are to be removed. */
  readonly removed: readonly string[];
}

/** What is to be kept: what was typed for the other kind of database does not belong to it, and neither do its secrets. */
export function draftOf({ kind, texts, secretsSet, removed }: Entered): {
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
} {
  const settings: Record<string, string> = { USE_D1_DATABASE: kind === 'd1' ? 'true' : 'false' };
  const secrets: Record<string, string> = {};
  const fields = groupsFor(kind).flatMap((group) => group.fields);
  const names = new Set(fields.map(({ setting }) => setting));
  for (const secret of secretsSet)
    if (removed.includes(secret) || !names.has(secret)) secrets[secret] = '';
  for (const { setting, isSecret } of fields) {
    const text = texts[setting] ?? '';
    if (text.trim() === '') continue;
    if (isSecret === true) secrets[setting] = text;
    else settings[setting] = text.trim();
  }
  return { settings, secrets };
}

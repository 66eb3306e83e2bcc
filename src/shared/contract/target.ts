import { z } from 'zod';
import { DatabaseKind, Environment, GuardLevel, TargetIdentity } from '../domain/target.ts';
import { procedure } from './procedure.ts';

/** A configured value with its origin. A secret shows only whether it is set. */
export const ConfigValue = z.strictObject({
  name: z.string(),
  value: z.string().nullable(),
  source: z.enum([
    'flag',
    'environment',
    'env-file',
    'config-file',
    'vault',
    'sandbox',
    'default',
    'not-set',
  ]),
  /** The file or variable the value came from; `null` for a default. */
  origin: z.string().nullable(),
  secret: z.boolean(),
  /** What this value gives up, e.g. a connection whose other end is not identified; absent for a value that gives up nothing. */
  warning: z.string().optional(),
});
export type ConfigValue = z.infer<typeof ConfigValue>;

/** A target that can be chosen, with what keeps it from being used, if anything. */
export const TargetEntry = z.strictObject({
  name: z.string(),
  /** `workspace`: entered in the console, which can change it. */
  source: z.enum(['configuration', 'workspace', 'sandbox']),
  databaseKind: DatabaseKind,
  bucket: z.string().nullable(),
  environment: Environment,
  guard: GuardLevel,
  /** The default is the one that a command without `--target` uses. */
  isDefault: z.boolean(),
});
export type TargetEntry = z.infer<typeof TargetEntry>;

/** Name of a target: what the config file allows, too. */
const TargetName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .refine((name) => name !== 'sandbox');

/** A target as it is entered. Secrets go in only: those that are left out stay as they are. */
export const TargetDraft = z.strictObject({
  name: TargetName,
  /** Settings that are no secrets, by name; an empty one is left out. */
  settings: z.record(z.string(), z.string().max(4096)),
  /** Secrets by the name of their setting; an empty one is removed. */
  secrets: z.record(z.string(), z.string().max(4096)),
});
export type TargetDraft = z.infer<typeof TargetDraft>;

/** A target that was entered, to be changed: which secrets are set, and not what they are. */
export const KeptTarget = z.strictObject({
  name: TargetName,
  settings: z.record(z.string(), z.string()),
  secretsSet: z.array(z.string()),
});
export type KeptTarget = z.infer<typeof KeptTarget>;

/** Values for a target that is about to be entered. Nothing of it is kept yet. */
export const TargetSuggestion = z.strictObject({
  name: TargetName,
  settings: z.record(z.string(), z.string()),
  /** Secrets that are set where this comes from: they are to be entered, because they do not leave it. */
  secretsSet: z.array(z.string()),
});
export type TargetSuggestion = z.infer<typeof TargetSuggestion>;

/** What a look at one part of a target found. */
export const TestedPart = z.strictObject({
  part: z.enum(['database', 'bucket', 'originals']),
  state: z.enum(['ok', 'failed', 'not-configured']),
  /** What answered, or what is wrong, for people. */
  found: z.string(),
  /** What to do about it; `null` where nothing is wrong. */
  fix: z.string().nullable(),
});
export type TestedPart = z.infer<typeof TestedPart>;

export const targetContract = {
  /** Lists the targets that the configuration and the sandbox give, the default first. Opens none of them. */
  list: procedure
    .input(z.strictObject({}))
    .output(z.strictObject({ targets: z.array(TargetEntry) })),
  /** Opens a target read-only and says what it is. Fails with the database's or the bucket's own error. */
  check: procedure.input(z.strictObject({ target: z.string().optional() })).output(TargetIdentity),
  /** A target that was entered in the console. Fails with TARGET_NOT_FOUND. */
  kept: procedure.input(z.strictObject({ name: TargetName })).output(KeptTarget),
  /**
   * What the environment of this process says of a target, or what a wrangler project (its folder or configuration file) binds. Opens
   * nothing. Fails with CONFIG_INVALID where there is no such project.
   */
  suggest: procedure
    .input(
      z.discriminatedUnion('from', [
        z.strictObject({ from: z.literal('environment') }),
        z.strictObject({ from: z.literal('wrangler'), path: z.string().min(1).max(4096) }),
      ]),
    )
    .output(z.strictObject({ suggestions: z.array(TargetSuggestion) })),
  /** Opens each part of a target that is being entered, read-only, and says what answered. Keeps nothing. Fails with CONFIG_INVALID or VAULT_LOCKED. */
  test: procedure.input(TargetDraft).output(z.strictObject({ parts: z.array(TestedPart) })),
  /** Keeps a target; secrets go into the vault. Durable on return. Fails with CONFIG_INVALID, VAULT_MISSING or VAULT_LOCKED; nothing is kept then. */
  save: procedure.input(TargetDraft).output(z.strictObject({})),
  /** Forgets a target that was entered, with its secrets. Its runs, snapshots and quarantines stay. Fails with TARGET_NOT_FOUND. */
  remove: procedure.input(z.strictObject({ name: TargetName })).output(z.strictObject({})),
};

export const configContract = {
  /** Every setting with its value and where it came from; secrets are never shown. */
  show: procedure
    .input(z.strictObject({ target: z.string().optional() }))
    .output(
      z.strictObject({ target: z.string(), workspace: z.string(), values: z.array(ConfigValue) }),
    ),
};

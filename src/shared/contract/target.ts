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
  source: z.enum(['configuration', 'sandbox']),
  databaseKind: DatabaseKind,
  bucket: z.string().nullable(),
  environment: Environment,
  guard: GuardLevel,
  /** The default is the one that a command without `--target` uses. */
  isDefault: z.boolean(),
});
export type TargetEntry = z.infer<typeof TargetEntry>;

export const targetContract = {
  /** Lists the targets that the configuration and the sandbox give, the default first. Opens none of them. */
  list: procedure
    .input(z.strictObject({}))
    .output(z.strictObject({ targets: z.array(TargetEntry) })),
  /** Opens a target read-only and says what it is. Fails with the database's or the bucket's own error. */
  check: procedure.input(z.strictObject({ target: z.string().optional() })).output(TargetIdentity),
};

export const configContract = {
  /** Every setting with its value and where it came from; secrets are never shown. */
  show: procedure
    .input(z.strictObject({ target: z.string().optional() }))
    .output(
      z.strictObject({ target: z.string(), workspace: z.string(), values: z.array(ConfigValue) }),
    ),
};

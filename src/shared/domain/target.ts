import { z } from 'zod';

/** Which database product a target's rows live in. */
export const DatabaseKind = z.enum(['d1', 'postgres']);
export type DatabaseKind = z.infer<typeof DatabaseKind>;

/** Where a target stands in the life of its application. `unnamed`: the configuration does not say, so that it counts as real. */
export const Environment = z.enum(['production', 'staging', 'development', 'sandbox', 'unnamed']);
export type Environment = z.infer<typeof Environment>;

/**
 * What it takes to change a target.
 *
 * `read-only`: no run begins or goes on. `phrase`: the operator types a phrase with target and extent. `confirm`: the operator says yes.
 * `silent`: having asked for the run is enough. What cannot be undone (purge, drop of columns) takes the phrase at every level.
 */
export const GuardLevel = z.enum(['read-only', 'phrase', 'confirm', 'silent']);
export type GuardLevel = z.infer<typeof GuardLevel>;

/**
 * A target as plans, reports and the console name it. Holds no secret.
 *
 * `fingerprint` is 64 hex digits over what makes the target itself (database identity, endpoint, bucket): a plan runs
 * only against the fingerprint it was made for.
 */
export const TargetIdentity = z.strictObject({
  name: z.string().min(1),
  databaseKind: DatabaseKind,
  /** File path (D1) or `host:port/database` (PostgreSQL), for people. */
  database: z.string(),
  bucket: z.string(),
  /** Host and port of the S3 endpoint, for people. */
  endpoint: z.string(),
  /** Folder or http(s) base of the originals; `null` where none is configured. */
  originals: z.string().nullable(),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});
export type TargetIdentity = z.infer<typeof TargetIdentity>;

/** Who acts: the OS user, the host and the door they came through. */
export const Operator = z.strictObject({
  user: z.string(),
  host: z.string(),
  pid: z.number().int(),
  door: z.enum(['desktop', 'browser', 'cli']),
});
export type Operator = z.infer<typeof Operator>;

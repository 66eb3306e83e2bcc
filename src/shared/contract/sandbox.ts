import { z } from 'zod';
import { procedure } from './procedure.ts';

/** The local sandbox: Cloudflare's own code serving one D1 database file and one R2 bucket. */
export const SandboxState = z.strictObject({
  state: z.enum(['absent', 'stopped', 'running']),
  path: z.string(),
  seed: z.number().int().nullable(),
  endpoint: z.string().nullable(),
  database: z.string().nullable(),
  originals: z.string().nullable(),
  bucket: z.string().nullable(),
  fileCount: z.number().int().nullable(),
});
export type SandboxState = z.infer<typeof SandboxState>;

const None = z.strictObject({});

export const sandboxContract = {
  get: procedure.input(None).output(SandboxState),
  /** Creates the sandbox, migrates the seeded set into it and leaves it running. Fails with SANDBOX_EXISTS. */
  create: procedure
    .input(z.strictObject({ seed: z.number().int().min(0).max(0xffffffff).default(66) }))
    .output(SandboxState),
  /** Starts the servers of an existing sandbox; does nothing when they run. Fails with SANDBOX_MISSING. */
  start: procedure.input(None).output(SandboxState),
  /** Stops the servers; the data stays. */
  stop: procedure.input(None).output(SandboxState),
  /** Throws the sandbox's data away and creates it anew from the same seed. Runs made against it stay readable. */
  reset: procedure.input(None).output(SandboxState),
};

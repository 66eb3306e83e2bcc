/** The local sandbox as the outside sees it. Paths are absolute. */
export interface SandboxView {
  readonly state: 'absent' | 'stopped' | 'running';
  readonly path: string;
  readonly seed: number | null;
  /** S3 endpoint while running. */
  readonly endpoint: string | null;
  readonly database: string | null;
  readonly originals: string | null;
  readonly bucket: string | null;
  /** Files that the seed migrated. */
  readonly fileCount: number | null;
}

/** Creates, starts, stops and resets the sandbox of a workspace. One sandbox per workspace. */
export interface Sandbox {
  get(): Promise<SandboxView>;
  /** @throws SANDBOX_EXISTS @throws SANDBOX_FAILED nothing is left behind. */
  create(options: { readonly seed: number }): Promise<SandboxView>;
  /** Does nothing when the servers run. @throws SANDBOX_MISSING @throws SANDBOX_FAILED */
  start(): Promise<SandboxView>;
  /** Does nothing when the servers are stopped. */
  stop(): Promise<SandboxView>;
  /** Stops, removes the data, creates it anew from the same seed. @throws SANDBOX_MISSING */
  reset(): Promise<SandboxView>;
}

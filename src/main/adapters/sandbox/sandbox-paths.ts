import { basename, dirname, join } from 'node:path';

/** Where the parts of a sandbox lie. Everything is inside `root` but what must outlive its removal. */
export interface SandboxPaths {
  readonly root: string;
  readonly originals: string;
  readonly d1: string;
  readonly r2: string;
  /** What the sandbox is: seed, bucket, database, keys. Its presence makes the folder a sandbox. */
  readonly settings: string;
  /** Who served it last. Never believed without proof. */
  readonly server: string;
  /** Locked as long as a server process lives. */
  readonly serverLock: string;
  /** Temporary files of the server, emptied at each start. */
  readonly temp: string;
  /** Locked while somebody creates, starts, stops or resets. */
  readonly operationLock: string;
  /** What the newest server process printed. */
  readonly log: string;
}

export function sandboxPaths(root: string): SandboxPaths {
  return {
    root,
    originals: join(root, 'originals'),
    d1: join(root, 'd1'),
    r2: join(root, 'r2'),
    settings: join(root, 'sandbox.json'),
    server: join(root, 'server.json'),
    serverLock: join(root, 'server.lock'),
    temp: join(root, 'tmp'),
    operationLock: `${root}.lock`,
    log: `${root}.log`,
  };
}

/** Prefix of the sibling folders in which a sandbox is built, or waits for its removal. */
export function workFolderPrefix(root: string): string {
  return join(dirname(root), `.${basename(root)}.tmp-`);
}

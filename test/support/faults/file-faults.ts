import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';
import type { Strike } from './strike.ts';

/** How a call to the file system fails: with an errno, or, for `short write`, by writing half of the bytes and saying so. */
export type FileFaultKind = 'ENOSPC' | 'EIO' | 'EACCES' | 'EMFILE' | 'short write';

interface FileFault {
  /** Only files below it are met. */
  readonly folder: string;
  readonly kind: FileFaultKind;
  readonly strike: Strike;
}

let current: FileFault | undefined;

/** Arms a fault, or none. Every call of this process to `node:fs` and `node:fs/promises` passes here; SQLite's own do not. */
export function useFileFault(fault: FileFault | undefined): void {
  install();
  current = fault;
}

/** Which calls each errno can come from. */
const CALLS: Readonly<Record<FileFaultKind, readonly string[]>> = {
  ENOSPC: ['create', 'write', 'writev', 'writeFile', 'appendFile', 'mkdir', 'rename', 'fsync'],
  EIO: [
    'open',
    'create',
    'read',
    'write',
    'writev',
    'writeFile',
    'readFile',
    'appendFile',
    'mkdir',
    'rename',
    'fsync',
    'stat',
    'readdir',
    'realpath',
    'rm',
  ],
  EACCES: [
    'open',
    'create',
    'readFile',
    'mkdir',
    'rename',
    'readdir',
    'stat',
    'realpath',
    'rm',
    'chmod',
  ],
  EMFILE: ['open', 'create', 'readFile', 'readdir'],
  'short write': ['write'],
};

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Methods = Record<string, Method | undefined>;

/** Names of functions by the call that they make. */
const SYNC: Readonly<Record<string, string>> = {
  openSync: 'open',
  readSync: 'read',
  writeSync: 'write',
  writeFileSync: 'writeFile',
  readFileSync: 'readFile',
  appendFileSync: 'appendFile',
  mkdirSync: 'mkdir',
  renameSync: 'rename',
  rmSync: 'rm',
  statSync: 'stat',
  lstatSync: 'stat',
  readdirSync: 'readdir',
  realpathSync: 'realpath',
  fsyncSync: 'fsync',
  chmodSync: 'chmod',
};
const CALLBACK: Readonly<Record<string, string>> = {
  open: 'open',
  read: 'read',
  write: 'write',
  writev: 'writev',
};
const PROMISED: Readonly<Record<string, string>> = {
  open: 'open',
  rename: 'rename',
  rm: 'rm',
  mkdir: 'mkdir',
  readFile: 'readFile',
  writeFile: 'writeFile',
  stat: 'stat',
  lstat: 'stat',
  realpath: 'realpath',
  readdir: 'readdir',
  statfs: 'stat',
};
const ON_HANDLE: Readonly<Record<string, string>> = {
  read: 'read',
  write: 'write',
  writev: 'writev',
  writeFile: 'writeFile',
  appendFile: 'appendFile',
  sync: 'fsync',
  stat: 'stat',
};

const pathOfDescriptor = new Map<number, string>();
const pathOfHandle = new WeakMap<object, string>();
let isInstalled = false;

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  const calls = fs as unknown as Methods;
  replaceAll(
    calls,
    SYNC,
    (call, real) =>
      function (...args) {
        const failure = met(called(call, args), pathOf(args[0]));
        if (failure === 'short') return real.apply(this, halved(args));
        if (failure !== undefined) throw failure;
        const result = real.apply(this, args);
        if (call === 'open') pathOfDescriptor.set(result as number, String(args[0]));
        return result;
      },
  );
  replaceAll(
    calls,
    CALLBACK,
    (call, real) =>
      function (...args) {
        const done = args.at(-1) as (error: Error | null, ...results: unknown[]) => void;
        const failure = met(called(call, args), pathOf(args[0]));
        if (failure === 'short') return real.apply(this, halved(args));
        if (failure !== undefined) {
          process.nextTick(done, failure);
          return undefined;
        }
        if (call !== 'open') return real.apply(this, args);
        return real.apply(this, [
          ...args.slice(0, -1),
          (error: Error | null, descriptor: number) => {
            if (error === null) pathOfDescriptor.set(descriptor, String(args[0]));
            done(error, descriptor);
          },
        ]);
      },
  );
  replaceAll(
    promises as unknown as Methods,
    PROMISED,
    (call, real) =>
      async function (...args) {
        const failure = met(called(call, args), pathOf(args[0]));
        if (failure !== undefined && failure !== 'short') throw failure;
        const result = await real.apply(this, args);
        if (call === 'open') {
          const handle = result as object;
          pathOfHandle.set(handle, String(args[0]));
          installOnHandles(handle);
        }
        return result;
      },
  );
  syncBuiltinESMExports();
}

let handlesDone = false;

/** Handles have a class that Node does not export: it is met with the first of them. */
function installOnHandles(handle: object): void {
  if (handlesDone) return;
  handlesDone = true;
  replaceAll(
    Object.getPrototypeOf(handle) as Methods,
    ON_HANDLE,
    (call, real) =>
      async function (...args) {
        const failure = met(call, pathOfHandle.get(this as object));
        if (failure === 'short') return real.apply(this, halved([0, ...args]).slice(1));
        if (failure !== undefined) throw failure;
        return real.apply(this, args);
      },
  );
}

function replaceAll(
  owner: Methods,
  names: Readonly<Record<string, string>>,
  wrap: (call: string, real: Method) => Method,
): void {
  for (const [name, call] of Object.entries(names)) {
    const real = owner[name];
    if (real === undefined) throw new Error(`Node has no ${name} any more.`);
    owner[name] = Object.assign(wrap(call, real), real);
  }
}

/** Only an open that makes the file takes room on the disk. */
function called(call: string, [, flags]: readonly unknown[]): string {
  return call === 'open' && typeof flags === 'string' && /[wa]/.test(flags) ? 'create' : call;
}

function pathOf(subject: unknown): string | undefined {
  return typeof subject === 'number' ? pathOfDescriptor.get(subject) : String(subject);
}

function met(call: string, path: string | undefined): Error | 'short' | undefined {
  const fault = current;
  if (fault === undefined || path?.startsWith(fault.folder) !== true) return undefined;
  if (!CALLS[fault.kind].includes(call)) return undefined;
  const name = `${call} ${relative(fault.folder, path)}`;
  if (!fault.strike.meets(name)) return undefined;
  if (fault.kind === 'short write') return 'short';
  return Object.assign(new Error(`${fault.kind}: made by a test, ${name}`), {
    code: fault.kind,
    syscall: call,
    path,
  });
}

/** Arguments of a write of a descriptor and bytes, for half of the bytes. */
function halved([descriptor, data, ...rest]: readonly unknown[]): unknown[] {
  const bytes = typeof data === 'string' ? Buffer.from(data) : (data as Buffer);
  const [offset, length, position] = rest.map((value) =>
    typeof value === 'number' ? value : undefined,
  );
  const start = offset ?? 0;
  const half = Math.ceil((length ?? bytes.length - start) / 2);
  const done = rest.at(-1);
  const whole = [descriptor, bytes, start, half, position ?? null];
  return typeof done === 'function' ? [...whole, done] : whole;
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { appendFile, chown, cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** How a test server differs from the usual one. */
export interface ClusterOptions {
  /** More `postgres -c` settings, e.g. `{ log_statement: 'all' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `'fast'` (default) syncs nothing; `'durable'` is for tests that kill the server. */
  readonly durability?: 'fast' | 'durable';
  /** Turns TLS on with these PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientCa?: string };
  /** Lines of pg_hba.conf instead of "every local client, by password". */
  readonly clients?: readonly string[];
}

/** The data folder of a server and the process on it. */
export interface Cluster {
  readonly port: number;
  readonly password: string;
  readonly socketFolder: string | null;
  log(): string;
  start(): Promise<void>;
  end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

const execute = promisify(execFile);
const ready = 'database system is ready to accept connections';
const startAttempts = 40;

/** Makes a data folder with `initdb` and starts a server on it. */
export async function makeCluster(binPath: string, options: ClusterOptions): Promise<Cluster> {
  const owner = findOwner();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'unwind-pg-')));
  await giveTo(owner, folder);
  const bin = await reachableBin(binPath, owner);
  const password = randomBytes(9).toString('base64url');
  const dataPath = join(folder, 'data');
  await initialise({ bin, dataPath, password, owner, folder });
  await configure(dataPath, options, owner);

  const port = await findFreePort();
  const socketFolder = platform() === 'win32' ? null : folder;
  const flags = flagsOf({ port, socketFolder, options });
  let log = '';
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const from = log.length;
      const child = spawn(join(bin, 'postgres'), ['-D', dataPath, ...flags], {
        ...owner,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      });
      server = child;
      endWithUs(child, folder);
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
      const gone = once(child, 'exit');
      while (child.exitCode === null && !log.includes(ready, from)) {
        await Promise.race([gone, pause(10)]);
      }
      if (child.exitCode === null) return;
      // After a SIGKILL the last backends may hold the shared memory for a moment longer.
      if (attempt === startAttempts)
        throw new Error(`PostgreSQL did not start:\n${log.slice(from)}`);
      await pause(50);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async function kill(): Promise<void> {
    const backends = childrenOf(server?.pid);
    await end('SIGKILL');
    for (const pid of backends) killIfThere(pid);
  }

  await start();
  return {
    port,
    password,
    socketFolder,
    log: () => log,
    start,
    end,
    kill,
    remove: async () => {
      await end('SIGQUIT');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** PostgreSQL refuses to run as root: then it runs as the user that a distribution keeps for it, or as nobody. */
function findOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user =
    users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user === undefined)
    throw new Error('PostgreSQL cannot run as root, and there is no user "nobody".');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function giveTo(owner: Owner, path: string): Promise<void> {
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(path, owner.uid, owner.gid);
}

/** A checkout below a private folder (`/root`) cannot be entered by the server's user: then the programs are copied once. */
async function reachableBin(binPath: string, owner: Owner): Promise<string> {
  if (owner.uid === undefined || isOpenToAll(binPath)) return binPath;
  const native = dirname(binPath);
  const copy = join(
    tmpdir(),
    `unwind-pg-bin-${basename(dirname(dirname(dirname(native))))}-${String(statSync(native).ino)}`,
  );
  await cp(native, copy, { recursive: true, force: false, verbatimSymlinks: true });
  return join(copy, 'bin');
}

function isOpenToAll(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & constants.S_IXOTH) === 0) return false;
  }
  return true;
}

async function initialise(made: {
  readonly bin: string;
  readonly dataPath: string;
  readonly password: string;
  readonly owner: Owner;
  readonly folder: string;
}): Promise<void> {
  const passwordFile = join(made.folder, 'password');
  await writeFile(passwordFile, `${made.password}\n`);
  await giveTo(made.owner, passwordFile);
  accessSync(join(made.bin, 'initdb'), constants.X_OK);
  // A collation that is not by bytes, as most databases have it: a query that relies on byte order must say so.
  const collation = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--no-sync'];
  await execute(
    join(made.bin, 'initdb'),
    [`--pgdata=${made.dataPath}`, `--pwfile=${passwordFile}`, ...flags, ...collation],
    { ...made.owner, env: { ...process.env, LC_ALL: 'C' }, cwd: made.folder },
  );
  await rm(passwordFile);
}

async function configure(dataPath: string, options: ClusterOptions, owner: Owner): Promise<void> {
  const { tls, clients } = options;
  if (clients !== undefined)
    await writeFile(join(dataPath, 'pg_hba.conf'), `${clients.join('\n')}\n`);
  if (tls === undefined) return;
  const files = {
    'server.crt': tls.certificate,
    'server.key': tls.key,
    'clients.crt': tls.clientCa ?? '',
  };
  await mkdir(join(dataPath, 'tls'));
  for (const [name, content] of Object.entries(files)) {
    const path = join(dataPath, 'tls', name);
    await writeFile(path, content, { mode: 0o600 });
    await giveTo(owner, path);
  }
  await giveTo(owner, join(dataPath, 'tls'));
  const lines = ['ssl = on', "ssl_cert_file = 'tls/server.crt'", "ssl_key_file = 'tls/server.key'"];
  if (tls.clientCa !== undefined) lines.push("ssl_ca_file = 'tls/clients.crt'");
  await appendFile(join(dataPath, 'postgresql.conf'), `${lines.join('\n')}\n`);
}

function flagsOf(made: {
  readonly port: number;
  readonly socketFolder: string | null;
  readonly options: ClusterOptions;
}): readonly string[] {
  const settings: Record<string, string> = {
    port: String(made.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: made.socketFolder ?? '',
    shared_buffers: '32MB',
    max_connections: '60',
    ...(made.options.durability === 'durable' ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...made.options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Nobody else ends the server when this process is killed: a shell that sees its pipe close does. */
function endWithUs(server: ChildProcess, folder: string): void {
  if (platform() === 'win32' || server.pid === undefined) return;
  const script = 'cat >/dev/null; kill -QUIT "$0" 2>/dev/null && sleep 1 && rm -rf "$1"';
  const watch = spawn('sh', ['-c', script, String(server.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.unref();
  server.once('exit', () => watch.kill('SIGKILL'));
}

function childrenOf(pid: number | undefined): readonly number[] {
  try {
    const task = `/proc/${String(pid)}/task/${String(pid)}/children`;
    return readFileSync(task, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    // No /proc: the backends end by themselves when they see that the postmaster is gone.
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already, which is what is wanted.
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No TCP port was given.');
  return address.port;
}

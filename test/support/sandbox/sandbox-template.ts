import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSandbox } from '../../../src/main/adapters/sandbox/open-sandbox.ts';
import { waitForLock } from '../../../src/main/adapters/sandbox/process-lock.ts';

/** The server's entry in a checkout. */
export const SERVER_ENTRY = new URL('../../../src/main/hosts/sandbox/main.ts', import.meta.url);

const TEMPLATE_SEED = 66;

const SOURCES = fileURLToPath(new URL('../../../src/main/adapters/sandbox/', import.meta.url));
const CACHE = fileURLToPath(
  new URL('../../../node_modules/.cache/unwind-sandbox/', import.meta.url),
);
const BUILD_TIMEOUT_MS = 120_000;

/**
 * The folder of a stopped sandbox with the seed 66, made once per version of its sources and then only copied.
 *
 * Any number of test processes may ask at once; one of them builds it.
 */
export async function sandboxTemplate(): Promise<string> {
  const path = join(CACHE, await digestOfSources());
  if (existsSync(path)) return path;

  await mkdir(CACHE, { recursive: true });
  const release = await waitForLock(join(CACHE, 'build.lock'), BUILD_TIMEOUT_MS);
  if (release === undefined)
    throw new Error('Another process has been building the sandbox for two minutes.');
  try {
    if (!existsSync(path)) await build(path);
    return path;
  } finally {
    release();
  }
}

async function build(path: string): Promise<void> {
  const outdated = (await readdir(CACHE)).filter((name) => name !== 'build.lock');
  await Promise.all(outdated.map((name) => rm(join(CACHE, name), { recursive: true })));
  const building = join(CACHE, 'building');
  const sandbox = openSandbox({ path: building, serverEntry: SERVER_ENTRY, ownerPid: process.pid });
  await sandbox.create({ seed: TEMPLATE_SEED });
  await sandbox.stop();
  // Without a last port, copies do not all want the same one.
  await rm(join(building, 'server.json'));
  await rename(building, path);
}

async function digestOfSources(): Promise<string> {
  const names = (await readdir(SOURCES, { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  const hash = createHash('sha256');
  for (const name of names.sort()) hash.update(name).update(await readFile(join(SOURCES, name)));
  return hash.digest('hex').slice(0, 32);
}

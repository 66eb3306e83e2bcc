import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MemoryBucket, MemoryObject } from './memory-object-store.ts';
import type { ModelPlaces } from './model-app.ts';
import type { Place } from './places.ts';

const CHILD = fileURLToPath(new URL('./model-child.ts', import.meta.url));

/** What a child process is to do, and when it dies. */
export interface ChildOrder extends ModelPlaces {
  readonly as: 'start' | 'resume';
  readonly runId: string;
  readonly place: Place;
  readonly clockSeconds: number;
  readonly bucketFile: string;
}

/** Runs the order in a process of its own, and takes the bucket over as that process left it. Tells whether it was killed. */
export async function runModelChild(
  bucket: MemoryBucket,
  order: ChildOrder,
): Promise<'died' | 'ended'> {
  writeFileSync(order.bucketFile, JSON.stringify([...bucket.objects()]));
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => said.push(bytes.toString()));
  await once(child, 'close');
  bucket.restore(
    new Map(JSON.parse(readFileSync(order.bucketFile, 'utf8')) as [string, MemoryObject][]),
  );
  if (child.signalCode === 'SIGKILL') return 'died';
  if (child.exitCode !== 0) throw new Error(`The child failed: ${said.join('')}`);
  return 'ended';
}

import { readFileSync, writeFileSync } from 'node:fs';
import { aSteppingClock } from './a-stepping-clock.ts';
import { type MemoryObject, memoryBucket } from './memory-object-store.ts';
import { configurationIn, openModelApp } from './model-app.ts';
import { createArrival } from './places.ts';
import type { ChildOrder } from './run-model-child.ts';

/**
 * Child process of the model: executes a plan or resumes a run on a model world, and kills itself with SIGKILL at the place that it
 * is told. Its bucket is in memory like that of its parent, with each change in a file before it is answered.
 */
const order = JSON.parse(process.argv[2] ?? '') as ChildOrder;
const { bucketFile, runId, place } = order;
const clock = aSteppingClock();
clock.goOnFrom(order.clockSeconds);
const bucket = memoryBucket(
  () => clock.nowMs(),
  (objects) => {
    writeFileSync(bucketFile, JSON.stringify([...objects]));
  },
);
bucket.restore(new Map(JSON.parse(readFileSync(bucketFile, 'utf8')) as [string, MemoryObject][]));
const arrives = createArrival(place);
const app = openModelApp({
  ...order,
  bucket,
  clock,
  configuration: await configurationIn(order),
  crashAt: (point) => {
    if (arrives(point)) process.kill(process.pid, 'SIGKILL');
  },
});
const { plan } = await app.client.run.get({ runId });
await (order.as === 'start' ? app.run(plan) : app.resume(runId));
await app.close();

import { d1Leases } from '../../../src/main/adapters/d1/d1-leases.ts';
import type { Lease } from '../../../src/main/core/ports/lease.ts';
import { toWire } from '../../../src/shared/domain/operator-error.ts';
import type { LeaseChildAnswer, LeaseChildOrder } from './lease-process.ts';

// A process that acquires and releases the lease of the D1 file named in argv when its parent says so.
const [path = '', runId = ''] = process.argv.slice(2);
const operator = { user: 'child', host: 'test-host', pid: process.pid, door: 'cli' } as const;
let lease: Lease | undefined;

process.on('message', (order: LeaseChildOrder) => {
  void obey(order).then((answer) => {
    process.send?.(answer);
  });
});
process.send?.({ state: 'ready' } satisfies LeaseChildAnswer);

async function obey(order: LeaseChildOrder): Promise<LeaseChildAnswer> {
  try {
    if (order === 'release') {
      await lease?.release();
      return { state: 'released' };
    }
    lease = await d1Leases({ path }).acquire({ operator, runId, at: '2026-11-21T03:00:00.000Z' });
    return { state: 'held', holder: lease.holder };
  } catch (error) {
    return { state: 'refused', error: toWire(error) };
  }
}

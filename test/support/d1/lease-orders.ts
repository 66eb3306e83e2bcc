import type { Lease, Leases } from '../../../src/main/core/ports/lease.ts';
import { toWire } from '../../../src/shared/domain/operator-error.ts';
import type { LeaseChildAnswer, LeaseChildOrder } from './lease-process.ts';

/** Makes this process acquire and release a lease when its parent says so. */
export function obeyLeaseOrders(leases: Leases, runId: string): void {
  const operator = { user: 'child', host: 'test-host', pid: process.pid, door: 'cli' } as const;
  let lease: Lease | undefined;

  async function obey(order: LeaseChildOrder): Promise<LeaseChildAnswer> {
    try {
      if (order === 'release') {
        await lease?.release();
        return { state: 'released' };
      }
      lease = await leases.acquire({ operator, runId, at: '2026-11-21T03:00:00.000Z' });
      return { state: 'held', holder: lease.holder };
    } catch (error) {
      return { state: 'refused', error: toWire(error) };
    }
  }

  process.on('message', (order: LeaseChildOrder) => {
    void obey(order).then((answer) => {
      process.send?.(answer);
    });
  });
  process.send?.({ state: 'ready' } satisfies LeaseChildAnswer);
}

import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { nodeHashes } from '../../../src/main/adapters/system/node-hashes.ts';
import { systemClock } from '../../../src/main/adapters/system/system-clock.ts';
import { thisOperator } from '../../../src/main/adapters/system/this-operator.ts';
import { ulidIds } from '../../../src/main/adapters/system/ulid-ids.ts';
import { nowIso } from '../../../src/main/core/ports/clock.ts';
import { RunId } from '../../../src/shared/domain/plan.ts';
import { Operator } from '../../../src/shared/domain/target.ts';
import { aHandClock } from '../../support/builders/a-clock.ts';

describe('ids', () => {
  test('are unique, are run ids, and sort by the order in which they were made', () => {
    const ids = ulidIds();

    const made = Array.from({ length: 5_000 }, () => ids.next());

    expect(new Set(made).size).toBe(made.length);
    expect(made).toEqual(made.toSorted());
    expect(made.every((id) => RunId.safeParse(id).success)).toBe(true);
  });
});

describe('hash', () => {
  test('is the SHA-256 of the UTF-8 bytes, however they were cut', () => {
    const hash = nodeHashes.sha256();

    hash.update('ä');
    hash.update('\u{1F600} and more');

    expect(hash.hex()).toBe(createHash('sha256').update('ä\u{1F600} and more').digest('hex'));
  });
});

describe('operator', () => {
  test('is whoever runs this process, through which door', () => {
    const operator = thisOperator('browser');

    expect(Operator.parse(operator)).toMatchObject({
      host: hostname(),
      pid: process.pid,
      door: 'browser',
    });
    expect(operator.user).not.toBe('');
  });
});

describe('clock', () => {
  test('lets other work have its turn', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('other work'));

    await systemClock.nextTurn();
    order.push('loop');

    expect(order).toEqual(['other work', 'loop']);
  });

  test('never goes back between two readings', () => {
    const first = systemClock.monotonicMs();

    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
    expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1_000);
  });

  test('is read as ISO 8601 in UTC', () => {
    expect(nowIso(aHandClock('2026-08-01T12:00:00.250Z'))).toBe('2026-08-01T12:00:00.250Z');
  });
});

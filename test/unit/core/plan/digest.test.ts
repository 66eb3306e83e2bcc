import { describe, expect, test } from 'vitest';
import { nodeHashes } from '../../../../src/main/adapters/system/node-hashes.ts';
import { digestOf, startDigest } from '../../../../src/main/core/plan/digest.ts';
import type { StoredItem, StoredPlan } from '../../../../src/main/core/ports/run-file.ts';
import {
  anOperator,
  aStoredPlan,
  aTargetIdentity,
  planCounts,
} from '../../../support/builders/a-plan.ts';
import { aHeldItem, anItem } from '../../../support/builders/an-item.ts';

const OTHER_ID = '01K1ZZZZZZZZZZZZZZZZZZZZZZ';
const someItems = [anItem({ seq: 1 }), aHeldItem({ seq: 2 }), anItem({ seq: 3 })];

function digest(plan: Partial<StoredPlan> = {}, items: readonly StoredItem[] = someItems): string {
  return digestOf(aStoredPlan(plan), {
    pageItems: ({ afterSeq }) => items.filter((item) => item.seq > afterSeq).slice(0, 2),
    hashes: nodeHashes,
  });
}

function withFirst(change: Partial<StoredItem>): string {
  return digest({}, [{ ...anItem(), ...change }, ...someItems.slice(1)]);
}

const { before, after } = anItem();

describe('digest of a plan', () => {
  test('is 64 hex digits, the same for the same facts', () => {
    expect(digest()).toMatch(/^[0-9a-f]{64}$/);
    expect(digest()).toBe(digest());
  });

  test.each<Partial<StoredPlan>>([
    { runId: OTHER_ID },
    { kind: 'undo' },
    { subjectRunId: OTHER_ID },
    { target: aTargetIdentity({ fingerprint: 'ef'.repeat(32) }) },
    { target: aTargetIdentity({ bucket: 'other' }) },
    { scope: { full: true, failedOnly: false, mode: 'both' } },
    { scopeInWords: 'something harmless' },
    { createdAt: '2026-08-01T12:00:00.001Z' },
    { createdBy: anOperator({ user: 'eve' }) },
    { acceptances: [{ code: 'triggers', reason: 'because' }] },
    { counts: planCounts({ held: 1 }) },
    { batches: [] },
    { findings: [{ code: 'x', severity: 'info', message: 'm', fix: 'f' }] },
    { steps: [] },
    { confirmationPhrase: 'ok' },
  ])('differs when the plan says %j', (change) => {
    expect(digest(change)).not.toBe(digest());
  });

  test.each<Partial<StoredItem>>([
    { recordId: 'r-9' },
    { batchId: 'b-9' },
    { fileId: null },
    { userId: 'u-9' },
    { filename: 'other.txt' },
    { sourcePath: 'in/other.txt' },
    { objectKey: 'files/9' },
    { verdict: 'untouched' },
    { rowAction: 'none' },
    { objectAction: 'none' },
    { before: { ...before, status: 'verified' } },
    { before: { ...before, completedAt: null } },
    { before: { ...before, file: null } },
    {
      before: {
        ...before,
        file: { r2Key: null, checksum: 'c0ffee', updatedAt: '2024-11-02 10:00:01', marks: null },
      },
    },
    {
      before: {
        ...before,
        file: { r2Key: 'files/1', checksum: '', updatedAt: '2024-11-02 10:00:01', marks: null },
      },
    },
    {
      before: {
        ...before,
        file: { r2Key: 'files/1', checksum: 'c0ffee', updatedAt: null, marks: null },
      },
    },
    { after: { ...after, status: 'failed' } },
    { after: { ...after, completedAt: null } },
    { after: { ...after, file: null } },
    { object: null },
    { object: { key: 'files/9', sizeBytes: 29, etag: 'e', lastModified: 'l' } },
    { objectProof: 'unknown' },
    { objectDetail: 'trust me' },
    { originalProof: 'unknown' },
    { originalDetail: 'trust me' },
    { held: { reason: 'row-moved', detail: 'd', fix: 'f' } },
    { quarantineKey: 'elsewhere/1' },
  ])('differs when an item says %j', (change) => {
    expect(withFirst(change)).not.toBe(digest());
  });

  test.each<Partial<StoredItem>>([
    { rowState: 'done' },
    { objectState: 'quarantined' },
    { stateDetail: 'was already gone' },
    { objectSha256: null },
  ])('stays the same while the run goes on (%j)', (change) => {
    expect(withFirst(change)).toBe(digest());
  });

  test.each([
    ['an item is left out', someItems.slice(0, 2)],
    ['an item is added', [...someItems, anItem({ seq: 4 })]],
    [
      'items change places',
      [anItem({ ...someItems[1], seq: 1 }), anItem({ ...someItems[0], seq: 2 })],
    ],
    ['there are none', []],
  ])('differs when %s', (_what, items) => {
    expect(digest({}, items)).not.toBe(digest());
  });

  test('tells an empty text from none, and one cell from the next', () => {
    expect(withFirst({ userId: null })).not.toBe(withFirst({ userId: '' }));
    expect(withFirst({ userId: 'ab', filename: 'c' })).not.toBe(
      withFirst({ userId: 'a', filename: 'bc' }),
    );
  });

  test('is the same however many items are added at a time', () => {
    const items = Array.from({ length: 600 }, (_, index) => anItem({ seq: index + 1 }));
    const added = (sizes: readonly number[]): string => {
      const digest = startDigest(nodeHashes);
      let from = 0;
      for (const size of sizes) {
        digest.add(items.slice(from, from + size));
        from += size;
      }
      return digest.finish(aStoredPlan());
    };

    expect(added([1, 255, 44, 300])).toBe(added([600]));
    expect(added([599])).not.toBe(added([600]));
  });

  test('tells what repeats the item before, or the object key, from a text that says so', () => {
    const pair = (change: Partial<StoredItem>): string => digest({}, [anItem(), anItem(change)]);
    const file = { ...before.file, r2Key: '1', checksum: '0', updatedAt: '0', marks: null };

    expect(pair({ userId: '0' })).not.toBe(pair({}));
    expect(pair({ before: { ...before, file } })).not.toBe(
      pair({ before: { ...before, file: { ...file, r2Key: 'files/1' } } }),
    );
  });

  test('differs when what one item says is said of its neighbour', () => {
    const [one, two] = [{ userId: 'u-1' }, { userId: 'u-2' }];
    const three = (...changes: readonly Partial<StoredItem>[]): string =>
      digest(
        {},
        changes.map((change, at) => anItem({ ...change, seq: at + 1 })),
      );

    const digests = [three(one, one, two), three(one, two, two), three(one, two, one)];

    expect(new Set(digests).size).toBe(3);
  });
});

import type { UnwindClient } from '../../engine/client.ts';

/** What a target looks like, a line per batch and file, in an order that does not change. */
export type TargetState = readonly string[];

const pageSize = 1000;

/** Reads the whole state of the sandbox: counters, statuses, and the three-way truth with the content of originals. */
export async function readState(client: UnwindClient): Promise<TargetState> {
  const lines: string[] = [];
  for (let offset = 0; ; offset += pageSize) {
    const page = await client.status.get({
      target: 'sandbox',
      limit: pageSize,
      offset,
      originals: 'content',
    });
    if (offset === 0) {
      for (const { batchId, status, stored, recomputed } of page.batches) {
        lines.push(JSON.stringify({ batchId, status, stored, recomputed }));
      }
    }
    for (const { recordId, status, objectKey, row, object, original } of page.records) {
      const truth = [row.proof, object.proof, original.proof].join(' ');
      lines.push(JSON.stringify({ recordId, status, objectKey, truth }));
    }
    if (offset + pageSize >= page.recordCount) return lines.toSorted();
  }
}

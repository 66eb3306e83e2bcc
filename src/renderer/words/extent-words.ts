import type { ScopeExtent, ScopeMode } from '../../shared/domain/scope.ts';
import { bytesText } from '../format/bytes.ts';
import { countOf } from '../format/count.ts';

/** What a scope holds by the records alone, in a sentence. A plan leaves out what was rolled back, except where only objects are asked for. */
export function extentText(extent: ScopeExtent, mode: ScopeMode): string {
  const isDone = (status: string | null) => status === 'rolled_back' && mode !== 'r2-only';
  const live = sumOf(extent.statuses.filter(({ status }) => !isDone(status)));
  const done = sumOf(extent.statuses.filter(({ status }) => isDone(status)));
  if (live.records + done.records === 0) return 'No record matches: a plan would be refused.';
  if (live.records === 0) {
    return `${countOf(done.records, 'record matches', 'records match')}, all of them rolled back already.`;
  }
  const sized = live.records - live.recordsWithoutSize;
  const size =
    sized === 0
      ? ''
      : sized === live.records
        ? `, ${bytesText(live.bytes)} as recorded`
        : `, ${bytesText(live.bytes)} recorded by ${countOf(sized, 'of them', 'of them')}`;
  const beside =
    done.records === 0
      ? ''
      : ` ${countOf(done.records, 'more is', 'more are')} rolled back already.`;
  return `${countOf(live.records, 'record matches', 'records match')}${size}.${beside}`;
}

function sumOf(statuses: ScopeExtent['statuses']) {
  return statuses.reduce(
    (sum, { records, bytes, recordsWithoutSize }) => ({
      records: sum.records + records,
      bytes: sum.bytes + bytes,
      recordsWithoutSize: sum.recordsWithoutSize + recordsWithoutSize,
    }),
    { records: 0, bytes: 0, recordsWithoutSize: 0 },
  );
}

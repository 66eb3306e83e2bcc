import { describe, expect, test } from 'vitest';
import { openReconcileReports } from '../../src/main/adapters/reconcile-file/reconcile-reports.ts';
import type {
  ReconcileReports,
  ReportDraft,
  ReportMark,
  Suspicion,
} from '../../src/main/core/ports/reconcile-reports.ts';
import { aFolder } from '../support/builders/a-folder.ts';

const REPORT_ID = '01JD000000000000000000000A';
const HEADER = {
  reportId: REPORT_ID,
  target: {
    name: 'prod',
    databaseKind: 'd1',
    database: '/d1.sqlite',
    bucket: 'files',
    endpoint: 'r2',
    originals: null,
    fingerprint: '0'.repeat(64),
  },
  startedAt: '2026-11-21T03:12:44.000Z',
  startedBy: { user: 'u', host: 'h', pid: 1, door: 'cli' },
} as const;

function anOrphan(key: string): Suspicion {
  return {
    kind: 'orphan-object',
    key,
    table: null,
    rowId: null,
    fileId: null,
    status: null,
    recordedSizeBytes: null,
    objectSizeBytes: 5,
    lastModified: null,
  };
}

function append(
  draft: ReportDraft,
  keys: readonly string[],
  state: ReportMark['state'] = 'comparing',
): void {
  draft.append({
    suspicions: keys.map(anOrphan),
    totals: { objects: keys.length, sizeBytes: 5 * keys.length, rows: 1 },
    folders: new Map([['a', { objects: keys.length, sizeBytes: 5 * keys.length }]]),
    quarantine: [{ runId: null, objects: 1, sizeBytes: 2 }],
    mark: { lastKey: keys.at(-1) ?? null, state },
  });
}

function keysIn(draft: ReportDraft): readonly string[] {
  return draft.pageSuspicions({ afterSeq: 0, limit: 100 }).map(({ key }) => key);
}

describe('reconcile reports in a folder', () => {
  function aDraft(): { readonly reports: ReconcileReports; readonly draft: ReportDraft } {
    const reports = openReconcileReports(aFolder());
    return { reports, draft: reports.create(HEADER) };
  }

  test('keep what was appended up to the mark, and forget what came after it', () => {
    const { reports, draft } = aDraft();
    append(draft, ['a/1', 'a/2']);
    draft.appendSuspicions([anOrphan('a/3')]);
    draft.close();

    const resumed = reports.resume(REPORT_ID);

    expect(resumed.header).toEqual(HEADER);
    expect(resumed.readMark()).toEqual({ lastKey: 'a/2', state: 'comparing' });
    expect(keysIn(resumed)).toEqual(['a/1', 'a/2']);
    append(resumed, ['a/3'], 'compared');
    expect(resumed.totals()).toEqual({ objects: 3, sizeBytes: 15, rows: 2 });
    resumed.close();
  });

  test('keep suspicions that were appended ahead of the mark that covers them', () => {
    const { reports, draft } = aDraft();
    draft.appendSuspicions([anOrphan('a/1')]);
    append(draft, ['a/2']);
    draft.close();

    const resumed = reports.resume(REPORT_ID);

    expect(keysIn(resumed)).toEqual(['a/1', 'a/2']);
    resumed.close();
  });

  test('make findings of what was not settled, counted from 1 without a gap', () => {
    const { reports, draft } = aDraft();
    append(draft, ['a/1', 'a/2', 'b/3'], 'compared');
    const [first] = draft.pageSuspicions({ afterSeq: 0, limit: 1 });
    draft.replaceSuspicions(first === undefined ? [] : [{ ...first, settled: true }]);

    draft.finish('2026-11-21T03:13:00.000Z');

    const query = { search: '', afterSeq: 0, offset: 0, limit: 10 };
    const { findings, total } = reports.queryFindings(REPORT_ID, query);
    expect(findings.map(({ seq, key }) => [seq, key])).toEqual([
      [1, 'a/2'],
      [2, 'b/3'],
    ]);
    expect({ total, ...reports.read(REPORT_ID) }).toMatchObject({
      total: 2,
      settledMeanwhile: 1,
      kinds: [{ kind: 'orphan-object', count: 2, sizeBytes: 10 }],
      quarantine: [{ runId: null, known: false, objects: 1, sizeBytes: 2 }],
      folders: [
        { folder: 'a', objects: 3, orphanObjects: 1 },
        { folder: 'b', objects: 0, orphanObjects: 1 },
      ],
    });
  });

  test('are worked on by one at a time', () => {
    const { reports, draft } = aDraft();

    expect(() => reports.resume(REPORT_ID)).toThrow(
      expect.objectContaining({ code: 'TARGET_LOCKED' }),
    );
    expect(reports.list()).toMatchObject([{ reportId: REPORT_ID, state: 'running' }]);
    draft.close();
    expect(reports.list()).toMatchObject([{ reportId: REPORT_ID, state: 'unfinished' }]);
  });

  test('are not read before they are finished, nor gone on with afterwards', () => {
    const { reports, draft } = aDraft();
    draft.close();
    expect(() => reports.read(REPORT_ID)).toThrow(
      expect.objectContaining({ code: 'REPORT_UNFINISHED' }),
    );

    const resumed = reports.resume(REPORT_ID);
    resumed.finish('2026-11-21T03:13:00.000Z');
    resumed.close();

    expect(() => reports.resume(REPORT_ID)).toThrow(
      expect.objectContaining({ code: 'REPORT_NOT_FOUND' }),
    );
  });
});

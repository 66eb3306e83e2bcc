import { closeSync, openSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { decodeTime } from 'ulid';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { type ReconcileSummary, ReportId } from '../../../shared/domain/reconcile.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type {
  ReconcileReports,
  ReportDraft,
  ReportHeader,
} from '../../core/ports/reconcile-reports.ts';
import { makeFolder } from '../system/make-folder.ts';
import { fromReportFile, reportNotFound } from './errors.ts';
import { queryFindings, readKinds, readReport } from './finished-report.ts';
import { connectReport, isThere, readHeader } from './report-connection.ts';
import { type DraftPlace, draftOn, readTotals } from './report-draft.ts';
import { createSchema } from './schema.ts';

const EXTENSION = '.sqlite';
const DRAFT_EXTENSION = '.partial.sqlite';

/** The reconcile reports below `folder`: `<id>.sqlite`, and `<id>.partial.sqlite` while one is not finished. */
export function openReconcileReports(
  folder: string,
  crashAt: CrashAt = NO_CRASH,
): ReconcileReports {
  function placeOf(reportId: string): DraftPlace {
    return {
      path: join(folder, `${reportId}${EXTENSION}`),
      draftPath: join(folder, `${reportId}${DRAFT_EXTENSION}`),
    };
  }

  function withFinished<T>(reportId: string, work: (database: Database.Database) => T): T {
    const { path, draftPath } = placeOf(reportId);
    if (!isThere(path)) throw isThere(draftPath) ? unfinished(reportId) : reportNotFound(reportId);
    return reading(path, work);
  }

  return {
    create: (header) => createDraft(placeOf(header.reportId), header, crashAt),
    resume: (reportId) => {
      const place = placeOf(reportId);
      if (!isThere(place.draftPath)) {
        throw isThere(place.path) ? alreadyFinished(reportId) : reportNotFound(reportId);
      }
      return translating(place, () => draftOn(openForWriting(place.draftPath), place, crashAt));
    },
    read: (reportId) =>
      withFinished(reportId, (database) => readReport(database, placeOf(reportId).path)),
    queryFindings: (reportId, query) =>
      withFinished(reportId, (database) => queryFindings(database, query)),
    list: () =>
      idsIn(folder).flatMap((reportId) => {
        const summary = summaryOf(reportId, placeOf(reportId));
        return summary === undefined ? [] : [summary];
      }),
  };
}

function reading<T>(path: string, work: (database: Database.Database) => T): T {
  let database: Database.Database | undefined;
  try {
    database = connectReport(path, 'read');
    return work(database);
  } catch (error) {
    throw fromReportFile(error, path);
  } finally {
    database?.close();
  }
}

function createDraft(place: DraftPlace, header: ReportHeader, crashAt: CrashAt): ReportDraft {
  return translating(place, () => {
    makeFolder(dirname(place.draftPath));
    closeSync(openSync(place.draftPath, 'wx'));
    const database = new Database(place.draftPath);
    try {
      createSchema(database);
      database
        .prepare(
          `INSERT INTO report (id, report_id, header, started_at, state, last_suspicion, objects, size_bytes, row_count)
           VALUES (1, ?, ?, ?, 'comparing', 0, 0, 0, 0)`,
        )
        .run(header.reportId, JSON.stringify(header), header.startedAt);
    } catch (error) {
      database.close();
      rmSync(place.draftPath, { force: true });
      throw error;
    }
    database.close();
    return draftOn(openForWriting(place.draftPath), place, crashAt);
  });
}

/** A kill loses nothing that was committed; after a power cut the last pages may be gone, and their mark with them. */
function openForWriting(path: string): Database.Database {
  const database = connectReport(path, 'write');
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Translates what opening throws, and what each method of the draft throws later. */
function translating(place: DraftPlace, open: () => ReportDraft): ReportDraft {
  const guard = <Args extends readonly unknown[], Result>(
    method: (...args: Args) => Result,
  ): ((...args: Args) => Result) => {
    return (...args) => {
      try {
        return method(...args);
      } catch (error) {
        throw fromReportFile(error, place.draftPath);
      }
    };
  };
  const draft = guard(open)();
  return {
    header: draft.header,
    readMark: guard(() => draft.readMark()),
    appendSuspicions: guard((suspicions) => {
      draft.appendSuspicions(suspicions);
    }),
    append: guard((part) => {
      draft.append(part);
    }),
    totals: guard(() => draft.totals()),
    countSuspicions: guard(() => draft.countSuspicions()),
    pageSuspicions: guard((page) => draft.pageSuspicions(page)),
    replaceSuspicions: guard((suspicions) => {
      draft.replaceSuspicions(suspicions);
    }),
    finish: guard((finishedAt) => {
      draft.finish(finishedAt);
    }),
    close: guard(() => {
      draft.close();
    }),
  };
}

function idsIn(folder: string): readonly string[] {
  try {
    const ids = readdirSync(folder).map((name) => name.replace(/(\.partial)?\.sqlite$/, ''));
    return [...new Set(ids)]
      .filter((id) => ReportId.safeParse(id).success)
      .toSorted()
      .toReversed();
  } catch (error) {
    // No folder yet: nothing was ever reconciled here.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw fromReportFile(error, folder);
  }
}

function summaryOf(reportId: string, place: DraftPlace): ReconcileSummary | undefined {
  const state = isThere(place.path) ? 'finished' : 'unfinished';
  const file = state === 'finished' ? place.path : place.draftPath;
  try {
    return reading(file, (database) => {
      const header = readHeader(database, file);
      const finishedAt = database
        .prepare<[], string | null>('SELECT finished_at FROM report')
        .pluck()
        .get();
      return {
        reportId,
        state,
        targetName: header.target.name,
        startedAt: header.startedAt,
        finishedAt: finishedAt ?? null,
        totals: readTotals(database),
        kinds: readKinds(database),
        file,
      };
    });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (error.code === 'TARGET_LOCKED') return runningSummary(reportId, file);
    // A damaged report must not hide the others; opening it by its id says what is wrong with it.
    if (error.code === 'REPORT_INVALID') return undefined;
    throw error;
  }
}

/** A report that a process is writing now cannot be read; its id says when it began. */
function runningSummary(reportId: string, file: string): ReconcileSummary {
  return {
    reportId,
    state: 'running',
    targetName: null,
    startedAt: new Date(decodeTime(reportId)).toISOString(),
    finishedAt: null,
    totals: null,
    kinds: [],
    file,
  };
}

function unfinished(reportId: string): OperatorError {
  return new OperatorError('REPORT_UNFINISHED', {
    message: `Reconcile report ${reportId} is not finished.`,
    hint: `Go on with it: unwind reconcile --resume ${reportId}`,
    details: { reportId },
  });
}

function alreadyFinished(reportId: string): OperatorError {
  return new OperatorError('REPORT_NOT_FOUND', {
    message: `Reconcile report ${reportId} is finished: there is nothing to resume.`,
    hint: `Look at it: unwind reconciles show ${reportId}`,
    details: { reportId },
  });
}

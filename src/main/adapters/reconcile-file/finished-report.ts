import type Database from 'better-sqlite3';
import { invariant } from '../../../shared/domain/operator-error.ts';
import type {
  ReconcileFinding,
  ReconcileFolder,
  ReconcileKindCount,
  ReconcileQuarantine,
  ReconcileReport,
} from '../../../shared/domain/reconcile.ts';
import type { FindingQuery } from '../../core/ports/reconcile-reports.ts';
import { FACT_COLUMNS, type FindingRow, findingOf } from './finding-rows.ts';
import { readHeader } from './report-connection.ts';
import { readTotals } from './report-draft.ts';

const MAX_FOLDERS = 100;

/** Findings by kind. */
export function readKinds(database: Database.Database): ReconcileKindCount[] {
  return database
    .prepare<[], ReconcileKindCount>(
      `SELECT kind, count(*) AS count, coalesce(sum(coalesce(object_size, recorded_size)), 0) AS sizeBytes
       FROM finding GROUP BY kind ORDER BY kind`,
    )
    .all();
}

/** The report of a finished file, without its findings. */
export function readReport(database: Database.Database, file: string): ReconcileReport {
  const header = readHeader(database, file);
  const ended = database
    .prepare<[], { finished_at: string; settled: number }>(
      'SELECT finished_at, settled FROM report',
    )
    .get();
  invariant(ended !== undefined, 'A report has one row about itself.');
  return {
    ...header,
    finishedAt: ended.finished_at,
    file,
    totals: readTotals(database),
    kinds: readKinds(database),
    settledMeanwhile: ended.settled,
    folders: readFolders(database),
    folderCount: database.prepare<[], number>('SELECT count(*) FROM folder').pluck().get() ?? 0,
    quarantine: readQuarantine(database),
  };
}

/** Folders with most findings first; a folder whose objects are all gone has rows only. */
function readFolders(database: Database.Database): ReconcileFolder[] {
  return database
    .prepare<[number], ReconcileFolder>(
      `WITH wrong AS (
         SELECT CASE instr(key, '/') WHEN 0 THEN '' ELSE substr(key, 1, instr(key, '/') - 1) END AS name,
           sum(kind = 'orphan-object') AS orphanObjects,
           sum(CASE kind WHEN 'orphan-object' THEN object_size ELSE 0 END) AS orphanBytes,
           sum(kind = 'dangling-row') AS danglingRows, sum(kind = 'size-differs') AS sizeDiffers
         FROM finding GROUP BY 1)
       SELECT coalesce(folder.name, wrong.name) AS folder, coalesce(objects, 0) AS objects, coalesce(size_bytes, 0) AS sizeBytes,
         coalesce(orphanObjects, 0) AS orphanObjects, coalesce(orphanBytes, 0) AS orphanBytes,
         coalesce(danglingRows, 0) AS danglingRows, coalesce(sizeDiffers, 0) AS sizeDiffers
       FROM folder FULL JOIN wrong ON wrong.name = folder.name
       ORDER BY coalesce(orphanObjects + danglingRows + sizeDiffers, 0) DESC, objects DESC, folder LIMIT ?`,
    )
    .all(MAX_FOLDERS);
}

function readQuarantine(database: Database.Database): ReconcileQuarantine[] {
  return database
    .prepare<[], { run_id: string; objects: number; size_bytes: number }>(
      'SELECT run_id, objects, size_bytes FROM quarantine ORDER BY run_id DESC',
    )
    .all()
    .map((row) => ({
      runId: row.run_id === '' ? null : row.run_id,
      known: false,
      objects: row.objects,
      sizeBytes: row.size_bytes,
    }));
}

/** One page of the findings, and how many match in all. */
export function queryFindings(
  database: Database.Database,
  query: FindingQuery,
): { readonly findings: readonly ReconcileFinding[]; readonly total: number } {
  const conditions: string[] = [];
  const values: string[] = [];
  if (query.kind !== undefined) {
    conditions.push('kind = ?');
    values.push(query.kind);
  }
  if (query.search !== '') {
    const pattern = `%${query.search.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
    const searched = ['key', 'row_id', 'file_id'];
    conditions.push(`(${searched.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`);
    values.push(...searched.map(() => pattern));
  }
  const isWhole = conditions.length === 0;
  const where = isWhole ? 'TRUE' : conditions.join(' AND ');
  const total = database
    .prepare<string[], number>(`SELECT count(*) FROM finding WHERE ${where}`)
    .pluck()
    .get(...values);
  // Without a condition positions have no gap: a page deep in a million findings costs as little as the first.
  const afterSeq = query.afterSeq + (isWhole ? query.offset : 0);
  const rows = database
    .prepare<(string | number)[], FindingRow>(
      `SELECT seq, ${FACT_COLUMNS} FROM finding WHERE ${where} AND seq > ? ORDER BY seq LIMIT ? OFFSET ?`,
    )
    .all(...values, afterSeq, query.limit, isWhole ? 0 : query.offset);
  return { findings: rows.map(findingOf), total: total ?? 0 };
}

import { rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { invariant } from '../../../shared/domain/operator-error.ts';
import type { ReconcileTotals } from '../../../shared/domain/reconcile.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type {
  ReportDraft,
  ReportMark,
  ReportPart,
  StoredSuspicion,
  Suspicion,
} from '../../core/ports/reconcile-reports.ts';
import { publishFile } from '../system/publish-file.ts';
import { cellsOf, FACT_COLUMNS, type FindingRow, findingOf } from './finding-rows.ts';
import { readHeader } from './report-connection.ts';

/** Where a draft is, and where it will be when it is finished. */
export interface DraftPlace {
  readonly draftPath: string;
  readonly path: string;
}

/**
 * A report being made, on a connection that holds the file alone. What came after the last mark is forgotten first: a dead process
 * may have left suspicions that no mark covers.
 */
export function draftOn(
  database: Database.Database,
  place: DraftPlace,
  crashAt: CrashAt = NO_CRASH,
): ReportDraft {
  const header = readHeader(database, place.draftPath);
  database.exec('DELETE FROM suspicion WHERE seq > (SELECT last_suspicion FROM report)');
  const put = database.prepare(
    `INSERT INTO suspicion (${FACT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const putAll = database.transaction((suspicions: readonly Suspicion[]) => {
    for (const suspicion of suspicions) put.run(...cellsOf(suspicion));
  });
  const append = partWriter(database, putAll);
  const replaceAll = suspicionReplacer(database);

  return {
    header,
    readMark: () => readMark(database),
    appendSuspicions: (suspicions) => {
      putAll(suspicions);
      crashAt('reconcile.after-suspicions');
    },
    append: (part) => {
      append(part);
      crashAt('reconcile.after-part');
    },
    totals: () => readTotals(database),
    countSuspicions: () =>
      database.prepare<[], number>('SELECT count(*) FROM suspicion').pluck().get() ?? 0,
    pageSuspicions: ({ afterSeq, limit }) =>
      database
        .prepare<[number, number], FindingRow>(
          `SELECT seq, ${FACT_COLUMNS} FROM suspicion WHERE seq > ? AND NOT settled ORDER BY seq LIMIT ?`,
        )
        .all(afterSeq, limit)
        .map((row) => ({ ...findingOf(row), settled: false })),
    replaceSuspicions: (suspicions) => {
      replaceAll(suspicions);
      crashAt('reconcile.after-second-look');
    },
    finish: (finishedAt) => {
      finish(database, finishedAt);
      database.close();
      // The name says that the report is whole: it is given last, to a file that is on the disk.
      publishFile({
        temporary: place.draftPath,
        path: place.path,
        at: (event) => {
          crashAt(`report.${event}`);
        },
      });
      // Whoever looked at the draft of a dead process has made it, and nobody else removes it.
      rmSync(`${place.draftPath}-shm`, { force: true });
    },
    close: () => {
      if (database.open) database.close();
    },
  };
}

interface MarkRow {
  readonly state: 'comparing' | 'compared';
  readonly last_key: string | null;
}

function readMark(database: Database.Database): ReportMark {
  const row = database.prepare<[], MarkRow>('SELECT state, last_key FROM report').get();
  invariant(row !== undefined, 'A report has one row about itself.');
  return { lastKey: row.last_key, state: row.state };
}

/** How much was looked at so far. */
export function readTotals(database: Database.Database): ReconcileTotals {
  const totals = database
    .prepare<[], ReconcileTotals>(
      'SELECT objects, size_bytes AS sizeBytes, row_count AS rows FROM report',
    )
    .get();
  invariant(totals !== undefined, 'A report has one row about itself.');
  return totals;
}

function partWriter(
  database: Database.Database,
  putAll: (suspicions: readonly Suspicion[]) => void,
): (part: ReportPart) => void {
  const addFolder = database.prepare(
    `INSERT INTO folder VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE
     SET objects = objects + excluded.objects, size_bytes = size_bytes + excluded.size_bytes`,
  );
  const addQuarantine = database.prepare(
    `INSERT INTO quarantine VALUES (?, ?, ?) ON CONFLICT (run_id) DO UPDATE
     SET objects = objects + excluded.objects, size_bytes = size_bytes + excluded.size_bytes`,
  );
  const moveMark = database.prepare(
    `UPDATE report SET objects = objects + ?, size_bytes = size_bytes + ?, row_count = row_count + ?, last_key = ?, state = ?,
     last_suspicion = (SELECT coalesce(max(seq), 0) FROM suspicion)`,
  );
  return database.transaction(({ suspicions, totals, folders, quarantine, mark }: ReportPart) => {
    putAll(suspicions);
    for (const [name, { objects, sizeBytes }] of folders) addFolder.run(name, objects, sizeBytes);
    for (const { runId, objects, sizeBytes } of quarantine) {
      addQuarantine.run(runId ?? '', objects, sizeBytes);
    }
    const { objects, sizeBytes, rows } = totals;
    moveMark.run(objects, sizeBytes, rows, mark.lastKey, mark.state);
  });
}

function suspicionReplacer(
  database: Database.Database,
): (suspicions: readonly StoredSuspicion[]) => void {
  const replace = database.prepare(
    `INSERT OR REPLACE INTO suspicion (${FACT_COLUMNS}, settled, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return database.transaction((suspicions: readonly StoredSuspicion[]) => {
    for (const suspicion of suspicions) {
      replace.run(...cellsOf(suspicion), suspicion.settled ? 1 : 0, suspicion.seq);
    }
  });
}

/**
 * Turns what was not settled into findings, counted from 1, and leaves one file without a journal beside it. A process that died between
 * this and the file's name has done it already: what it found stays as it is.
 */
function finish(database: Database.Database, finishedAt: string): void {
  database.transaction(() => {
    const earlier = database.prepare<[], string | null>('SELECT finished_at FROM report').pluck();
    if (earlier.get() !== null) return;
    database.exec(`
      INSERT INTO finding (${FACT_COLUMNS}) SELECT ${FACT_COLUMNS} FROM suspicion WHERE NOT settled ORDER BY seq;
      UPDATE report SET settled = (SELECT count(*) FROM suspicion WHERE settled);
      DELETE FROM suspicion;
      CREATE INDEX finding_kind ON finding (kind);
    `);
    database.prepare('UPDATE report SET finished_at = ?').run(finishedAt);
  })();
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.pragma('journal_mode = DELETE');
}

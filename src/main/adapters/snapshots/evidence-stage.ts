import Database from 'better-sqlite3';
import type { EvidenceKind, EvidenceStage } from '../../core/ports/evidence-stage.ts';

interface StoredEvidence {
  readonly record: string;
  readonly kind: EvidenceKind;
  readonly json: string;
}

/** Opens a stage in a file of SQLite's own, which has no name and ends with the process. */
export function openEvidenceStage(): EvidenceStage {
  const database = new Database('');
  database.pragma('journal_mode = OFF');
  database.exec(
    'CREATE TABLE evidence (record TEXT, kind TEXT, age INTEGER, json TEXT, PRIMARY KEY (record, kind)) WITHOUT ROWID',
  );
  const insert = database.prepare(
    `INSERT OR IGNORE INTO evidence (record, kind, age, json) SELECT @record, @kind, @age, @json
     WHERE NOT EXISTS (SELECT 1 FROM evidence WHERE record = @record AND age < @age)`,
  );
  const count = database.prepare<[], number>('SELECT count(DISTINCT record) FROM evidence').pluck();
  const page = database.prepare<[string, number], StoredEvidence>(
    `SELECT record, kind, json FROM evidence WHERE record IN
       (SELECT DISTINCT record FROM evidence WHERE record > ? ORDER BY record LIMIT ?) ORDER BY record`,
  );
  const known = database
    .prepare<[string], string>(
      'SELECT DISTINCT record FROM evidence WHERE record IN (SELECT value FROM json_each(?))',
    )
    .pluck();

  return {
    add: ({ kind, age }, evidence) => {
      database.transaction(() => {
        for (const { recordId, json } of evidence)
          insert.run({ record: recordId, kind, age, json });
      })();
    },
    countRecords: () => count.get() ?? 0,
    page: ({ afterId, limit }) => {
      const byRecord = Map.groupBy(page.all(afterId, limit), ({ record }) => record);
      return [...byRecord].map(([recordId, rows]) => ({
        recordId,
        byKind: new Map(rows.map(({ kind, json }) => [kind, json])),
      }));
    },
    known: (recordIds) => new Set(known.all(JSON.stringify(recordIds))),
    close: () => {
      database.close();
    },
  };
}

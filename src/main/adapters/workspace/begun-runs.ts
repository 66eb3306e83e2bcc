import type Database from 'better-sqlite3';
import { PlanKind } from '../../../shared/domain/plan.ts';
import { Scope } from '../../../shared/domain/scope.ts';
import type { BegunRun, BegunRuns } from '../../core/ports/begun-runs.ts';
import { withWorkspace } from './connection.ts';

/** The runs that were begun, in the workspace's database at `path`. */
export function openBegunRuns(path: string): BegunRuns {
  function read(where: string, ...values: readonly string[]): readonly BegunRun[] {
    return (
      withWorkspace(path, 'read', (database) =>
        database
          .prepare<string[], BegunRunRow>(`SELECT * FROM begun_run WHERE ${where} ORDER BY run_id`)
          .all(...values)
          .map(begunRunOf),
      ) ?? []
    );
  }
  function write(work: (database: Database.Database) => void): void {
    withWorkspace(path, 'write', work);
  }

  return {
    underWay: (fingerprint) =>
      fingerprint === undefined
        ? read('has_ended = 0')
        : read('has_ended = 0 AND target_fingerprint = ?', fingerprint),
    find: (runId) => read('run_id = ?', runId)[0],
    about: (runId) => read('subject_run_id = ?', runId),
    begin: (run) => {
      write((database) => {
        database
          .prepare(
            `INSERT INTO begun_run VALUES (@runId, @kind, @subjectRunId, @targetName, @targetFingerprint, @scope, @scopeInWords, @path, @begunAt, 0)
             ON CONFLICT (run_id) DO UPDATE SET has_ended = 0, path = excluded.path`,
          )
          .run({ ...run, scope: JSON.stringify(run.scope) });
      });
    },
    end: (runId) => {
      write((database) => {
        database.prepare('UPDATE begun_run SET has_ended = 1 WHERE run_id = ?').run(runId);
      });
    },
    isComplete: () =>
      withWorkspace(
        path,
        'read',
        (database) => database.prepare('SELECT 1 FROM run_files_taken_up').get() !== undefined,
      ) ?? false,
    markComplete: () => {
      write((database) => {
        database.prepare('INSERT OR IGNORE INTO run_files_taken_up VALUES (1)').run();
      });
    },
  };
}

interface BegunRunRow {
  readonly run_id: string;
  readonly kind: string;
  readonly subject_run_id: string | null;
  readonly target_name: string;
  readonly target_fingerprint: string;
  readonly scope: string;
  readonly scope_in_words: string;
  readonly path: string;
  readonly begun_at: string;
}

function begunRunOf(row: BegunRunRow): BegunRun {
  return {
    runId: row.run_id,
    kind: PlanKind.parse(row.kind),
    subjectRunId: row.subject_run_id,
    targetName: row.target_name,
    targetFingerprint: row.target_fingerprint,
    scope: Scope.parse(JSON.parse(row.scope)),
    scopeInWords: row.scope_in_words,
    path: row.path,
    begunAt: row.begun_at,
  };
}

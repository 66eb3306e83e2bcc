import type Database from 'better-sqlite3';
import { z } from 'zod';
import { WireError } from '../../../shared/domain/operator-error.ts';
import { Operator } from '../../../shared/domain/target.ts';
import type { SafeModes, StoredSafeModeReason } from '../../core/ports/safe-modes.ts';
import { withWorkspace } from './connection.ts';

/** Which targets are in safe mode, in the workspace's database at `path`. */
export function openSafeModes(path: string): SafeModes {
  return {
    reasons: (fingerprint) =>
      withWorkspace(path, 'read', (database) => readReasons(database, fingerprint)) ?? [],
    enter: (reason) => {
      withWorkspace(path, 'write', (database) => {
        database
          .prepare(
            `INSERT INTO safe_mode_reason (target_fingerprint, target_name, run_id, at, by, code, sentence, facts)
             SELECT @fingerprint, @name, @runId, @at, @by, @code, @sentence, @facts WHERE NOT EXISTS (
               SELECT 1 FROM safe_mode_reason WHERE target_fingerprint = @fingerprint AND run_id = @runId AND code = @code
                 AND sentence = @sentence AND ended_at IS NULL)`,
          )
          .run({
            fingerprint: reason.targetFingerprint,
            name: reason.targetName,
            runId: reason.runId,
            at: reason.at,
            by: JSON.stringify(reason.by),
            code: reason.code,
            sentence: reason.sentence,
            facts: JSON.stringify(reason.facts),
          });
      });
    },
    end: ({ seqs, at, by, why }) => {
      withWorkspace(path, 'write', (database) => {
        const end = database.prepare(
          'UPDATE safe_mode_reason SET ended_at = ?, ended_by = ?, ended_why = ? WHERE seq = ? AND ended_at IS NULL',
        );
        database.transaction(() => {
          for (const seq of seqs) end.run(at, JSON.stringify(by), why, seq);
        })();
      });
    },
  };
}

interface ReasonRow {
  readonly seq: number;
  readonly target_fingerprint: string;
  readonly target_name: string;
  readonly run_id: string;
  readonly at: string;
  readonly by: string;
  readonly code: string;
  readonly sentence: string;
  readonly facts: string;
}

function readReasons(
  database: Database.Database,
  fingerprint: string | undefined,
): readonly StoredSafeModeReason[] {
  return database
    .prepare<[{ fingerprint: string | null }], ReasonRow>(
      `SELECT seq, target_fingerprint, target_name, run_id, at, by, code, sentence, facts FROM safe_mode_reason
       WHERE ended_at IS NULL AND (@fingerprint IS NULL OR target_fingerprint = @fingerprint) ORDER BY seq`,
    )
    .all({ fingerprint: fingerprint ?? null })
    .map((row) => ({
      seq: row.seq,
      targetFingerprint: row.target_fingerprint,
      targetName: row.target_name,
      runId: row.run_id,
      at: row.at,
      by: Operator.parse(JSON.parse(row.by)),
      code: WireError.shape.code.parse(row.code),
      sentence: row.sentence,
      facts: z.record(z.string(), z.json()).parse(JSON.parse(row.facts)),
    }));
}

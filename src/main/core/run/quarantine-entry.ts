import type { QuarantineEntry } from '../../../shared/contract/quarantine.ts';
import type { RunDetail } from '../../../shared/domain/run.ts';
import { quarantinePrefix } from '../plan/plan-rollback.ts';
import type { RunFile } from '../ports/run-file.ts';

/** The quarantine of a run, as its file tells it. */
export function toQuarantineEntry(runFile: RunFile, detail: RunDetail): QuarantineEntry {
  let objectCount = 0;
  let sizeBytes = 0;
  let afterSeq = 0;
  for (;;) {
    const items = runFile.pageItems({ filter: 'changing', afterSeq, limit: 1_000 });
    const last = items.at(-1);
    if (last === undefined) break;
    for (const item of items) {
      if (item.objectState !== 'done' && item.objectState !== 'quarantined') continue;
      if (item.quarantineKey === null) continue;
      objectCount += 1;
      sizeBytes += item.object?.sizeBytes ?? 0;
    }
    afterSeq = last.seq;
  }
  return {
    runId: detail.runId,
    targetName: detail.plan.target.name,
    scopeInWords: detail.plan.scopeInWords,
    state: detail.quarantine,
    prefix: quarantinePrefix(detail.runId),
    objectCount,
    sizeBytes,
    since: detail.startedAt ?? detail.plan.createdAt,
  };
}

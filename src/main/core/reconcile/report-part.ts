import type { ObjectFacts } from '../../../shared/domain/plan.ts';
import type { SizedReference } from '../ports/migration-database.ts';
import { QUARANTINE_FOLDER } from '../ports/object-store.ts';
import type { ReportDraft, ReportMark, Suspicion } from '../ports/reconcile-reports.ts';
import { judgeReference, orphanOf } from './judge-reference.ts';

/** Suspicions held back at most: one key may have a million rows. */
const MAX_WAITING = 5_000;

interface Amount {
  readonly objects: number;
  readonly sizeBytes: number;
}

const NOTHING: Amount = { objects: 0, sizeBytes: 0 };

function plus(amount: Amount, sizeBytes: number): Amount {
  return { objects: amount.objects + 1, sizeBytes: amount.sizeBytes + sizeBytes };
}

/** The first folder of a key; `''` where it has none. */
function folderOf(key: string): string {
  const end = key.indexOf('/');
  return end === -1 ? '' : key.slice(0, end);
}

/** The run below whose quarantine folder a key lies; `null` where the folder is not named like a run. */
function quarantineRunOf(key: string): string | null {
  const folder = folderOf(key.slice(QUARANTINE_FOLDER.length));
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(folder) ? folder : null;
}

/** What is gathered between two marks. */
export interface PartCollector {
  addRow(reference: SizedReference, object: ObjectFacts | undefined): void;
  addObject(object: ObjectFacts, pointedAt: 'by-a-row' | 'by-none'): void;
  rowsSinceMark(): number;
  /** Writes what was gathered, with the mark up to which it goes. */
  commit(mark: ReportMark): void;
}

/** Gathers stretches of the comparison and writes them into the draft. */
export function collectParts(draft: ReportDraft): PartCollector {
  let suspicions: Suspicion[] = [];
  let folders = new Map<string, Amount>();
  let quarantine = new Map<string | null, Amount>();
  let objects = NOTHING;
  let rows = 0;

  function suspect(suspicion: Suspicion | undefined): void {
    if (suspicion === undefined) return;
    suspicions.push(suspicion);
    if (suspicions.length < MAX_WAITING) return;
    draft.appendSuspicions(suspicions);
    suspicions = [];
  }

  return {
    addRow: (reference, object) => {
      rows += 1;
      suspect(judgeReference(reference, object));
    },
    addObject: (object, pointedAt) => {
      objects = plus(objects, object.sizeBytes);
      const folder = folderOf(object.key);
      folders.set(folder, plus(folders.get(folder) ?? NOTHING, object.sizeBytes));
      if (object.key.startsWith(QUARANTINE_FOLDER)) {
        const runId = quarantineRunOf(object.key);
        quarantine.set(runId, plus(quarantine.get(runId) ?? NOTHING, object.sizeBytes));
      } else if (pointedAt === 'by-none') {
        suspect(orphanOf(object));
      }
    },
    rowsSinceMark: () => rows,
    commit: (mark) => {
      draft.append({
        suspicions,
        totals: { ...objects, rows },
        folders,
        quarantine: [...quarantine].map(([runId, amount]) => ({ runId, ...amount })),
        mark,
      });
      suspicions = [];
      folders = new Map();
      quarantine = new Map();
      objects = NOTHING;
      rows = 0;
    },
  };
}

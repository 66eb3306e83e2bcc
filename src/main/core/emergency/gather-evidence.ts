import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { BatchValues } from '../../../shared/domain/plan.ts';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import { type KeptFile, keyColumnsOf, valuesOfSnapshot } from '../plan/kept-values.ts';
import type { Clock } from '../ports/clock.ts';
import type { EvidenceKind, EvidenceStage } from '../ports/evidence-stage.ts';
import type { Hashes } from '../ports/hashes.ts';
import type { MigrationReader } from '../ports/migration-database.ts';
import type { RunFile, RunFiles } from '../ports/run-file.ts';
import type { SnapshotCatalogue } from '../ports/snapshot-catalogue.ts';
import { checkDigest } from '../run/check-plan.ts';
import type { MigrationMapping } from '../schema/migration-mapping.ts';
import { recordBefore, toldJson } from './kept-json.ts';

const CHUNK = 1_000;

/** A run before which rows are reconstructed, and what there is of it. */
export interface SubjectRun {
  readonly runId: string;
  /** Whether the workspace has its file. */
  readonly hasFile: boolean;
  /** Its snapshot and its backups. */
  readonly snapshots: readonly SnapshotEntry[];
}

/** What gathering needs. */
export interface GatheringParts {
  readonly runFiles: RunFiles;
  readonly catalogue: SnapshotCatalogue;
  readonly clock: Clock;
  readonly hashes: Hashes;
  readonly stage: EvidenceStage;
  readonly reader: MigrationReader;
  readonly mapping: MigrationMapping;
  readonly onProgress: (stage: string) => void;
}

/** What was gathered besides the rows. */
export interface Gathered {
  readonly sources: readonly string[];
  readonly problems: readonly string[];
  /** Batch rows before the runs, by batch id. */
  readonly batches: ReadonlyMap<string, BatchValues>;
}

/**
 * Puts everything on the stage that tells of rows as they were before `subjects`, which come oldest first: the plans' values before, where
 * the digest of the plan holds, and each snapshot and backup that is sound to its last byte. What cannot be trusted is named and left out.
 */
export async function gatherEvidence(
  parts: GatheringParts,
  subjects: readonly SubjectRun[],
): Promise<Gathered> {
  const sources: string[] = [];
  const problems: string[] = [];
  const batches = new Map<string, BatchValues>();
  for (const [age, subject] of subjects.entries()) {
    const note = (work: Promise<string>): Promise<void> =>
      work.then(
        (source) => {
          sources.push(source);
        },
        (error: unknown) => {
          // Only what is wrong with a source is left out; anything else keeps the reconstruction from being what it says.
          if (!(error instanceof OperatorError) || !UNTRUSTED.has(error.code)) throw error;
          problems.push(error.message);
        },
      );
    if (subject.hasFile) await note(addPlan(parts, { runId: subject.runId, age, batches }));
    else problems.push(`The file of run ${subject.runId} is not in this workspace.`);
    for (const entry of subject.snapshots) await note(addSnapshot(parts, { entry, age, batches }));
  }
  return { sources, problems, batches };
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  'RUN_NOT_FOUND',
  'RUN_FILE_INVALID',
  'PLAN_EDITED',
  'SNAPSHOT_INVALID',
  'FILE_FAILED',
  'SNAPSHOT_NOT_FOUND',
]);

async function addPlan(
  parts: GatheringParts,
  about: {
    readonly runId: string;
    readonly age: number;
    readonly batches: Map<string, BatchValues>;
  },
): Promise<string> {
  const file = parts.runFiles.open(about.runId, 'read');
  try {
    const plan = file.readPlan();
    checkDigest(file, plan, parts.hashes);
    const source = `plan of run ${about.runId}`;
    parts.onProgress(`Reading the ${source}`);
    await forEachPage(parts, file, (items) => {
      const kept = items.map(
        (item): KeptFile => ({
          record: recordBefore(item),
          confidence: 'plan',
          whole: null,
        }),
      );
      add(parts.stage, { kind: 'plan', age: about.age, source }, kept);
    });
    for (const { batchId, before } of plan.batches) {
      if (!about.batches.has(batchId)) about.batches.set(batchId, before);
    }
    return source;
  } finally {
    file.close();
  }
}

async function forEachPage(
  { clock }: GatheringParts,
  file: RunFile,
  work: (items: ReturnType<RunFile['pageItems']>) => void,
): Promise<void> {
  let afterSeq = 0;
  for (;;) {
    const items = file.pageItems({ filter: 'all', afterSeq, limit: CHUNK });
    const last = items.at(-1);
    if (last === undefined) return;
    work(items);
    afterSeq = last.seq;
    await clock.nextTurn();
  }
}

async function addSnapshot(
  { catalogue, mapping, reader, stage, clock, onProgress }: GatheringParts,
  about: {
    readonly entry: SnapshotEntry;
    readonly age: number;
    readonly batches: Map<string, BatchValues>;
  },
): Promise<string> {
  const { snapshotId, kind } = about.entry;
  const source = `${kind} ${snapshotId}`;
  onProgress(`Reading all of ${source}`);
  const rows = await catalogue.openRows(snapshotId, keyColumnsOf(mapping));
  try {
    const kept = valuesOfSnapshot(rows, reader);
    for await (const page of kept.pages(CHUNK)) {
      add(stage, { kind, age: about.age, source }, page);
      const batchIds = new Set(page.map(({ record }) => record.batchId));
      for (const [batchId, values] of kept.batchValues([...batchIds])) {
        if (!about.batches.has(batchId)) about.batches.set(batchId, values);
      }
      await clock.nextTurn();
    }
    return source;
  } finally {
    rows.close();
  }
}

function add(
  stage: EvidenceStage,
  from: { readonly kind: EvidenceKind; readonly age: number; readonly source: string },
  kept: readonly KeptFile[],
): void {
  stage.add(
    from,
    kept.map((file) => ({
      recordId: file.record.recordId,
      json: toldJson({ file, source: from.source }),
    })),
  );
}

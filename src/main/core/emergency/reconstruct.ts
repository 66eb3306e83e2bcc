import type {
  ReconstructedRow,
  ReconstructionSummary,
} from '../../../shared/domain/reconstruction.ts';
import type { Confidence } from '../../../shared/domain/restore-source.ts';
import { Scope } from '../../../shared/domain/scope.ts';
import type { TargetIdentity } from '../../../shared/domain/target.ts';
import type { KeptFile, KeptValues } from '../plan/kept-values.ts';
import type { EvidenceStage } from '../ports/evidence-stage.ts';
import type { MigrationReader, MigrationRecord } from '../ports/migration-database.ts';
import {
  type Gathered,
  type GatheringParts,
  gatherEvidence,
  type SubjectRun,
} from './gather-evidence.ts';
import { mergeEvidence, rowOfMerged, rowOfTracking } from './merge-evidence.ts';

const CHUNK = 1_000;

/** Rows put together from everything that tells of them. */
export interface Reconstruction {
  /** Every row, page by page. The summary is whole once the last page was taken. */
  rows(): AsyncIterable<readonly ReconstructedRow[]>;
  summary(): ReconstructionSummary;
  /** The same for a plan that restores what is known best. */
  keptValues(): KeptValues;
}

/** What a reconstruction is about. */
export interface ReconstructRequest {
  readonly target: TargetIdentity;
  /** Oldest first. */
  readonly subjects: readonly SubjectRun[];
  /** `'rolled-back'`: records of which nothing tells but themselves are told from their tracking rows; `'none'`: they are left out, because one run is meant. */
  readonly tracking: 'rolled-back' | 'none';
}

/**
 * Reconstructs rows as they were before runs of Unwind. Reads only; what is gathered is on `parts.stage`, which must be open for as long as the
 * reconstruction is used.
 */
export async function reconstruct(
  parts: GatheringParts,
  request: ReconstructRequest,
): Promise<Reconstruction> {
  const gathered = await gatherEvidence(parts, request.subjects);
  const { stage, reader } = parts;
  const tally = startTally();
  return {
    rows: () => reconstructedRows({ stage, reader, request, count: tally.count }),
    summary: () => ({
      target: request.target,
      runIds: request.subjects.map(({ runId }) => runId),
      ...tally.figures(),
      sources: [...gathered.sources],
      problems: [...gathered.problems],
    }),
    keptValues: () => keptValuesOf(parts, request, gathered),
  };
}

async function* reconstructedRows(from: {
  readonly stage: EvidenceStage;
  readonly reader: MigrationReader;
  readonly request: ReconstructRequest;
  readonly count: (row: ReconstructedRow) => void;
}): AsyncGenerator<readonly ReconstructedRow[], void, void> {
  for (const page of mergedPages(from.stage, CHUNK)) {
    const rows = page.map(rowOfMerged);
    for (const row of rows) from.count(row);
    yield rows;
  }
  for await (const records of untoldRecords(from, CHUNK)) {
    const rows = records.map(rowOfTracking);
    for (const row of rows) from.count(row);
    yield rows;
  }
}

function* mergedPages(stage: EvidenceStage, limit: number) {
  let afterId = '';
  for (;;) {
    const page = stage.page({ afterId, limit });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.flatMap(({ byKind }) => mergeEvidence(byKind) ?? []);
    afterId = last.recordId;
  }
}

/** Records that were rolled back and of which neither a run file nor a snapshot tells. */
async function* untoldRecords(
  from: {
    readonly stage: EvidenceStage;
    readonly reader: MigrationReader;
    readonly request: ReconstructRequest;
  },
  limit: number,
): AsyncGenerator<readonly MigrationRecord[], void, void> {
  if (from.request.tracking === 'none') return;
  const selector = { scope: Scope.parse({ full: true }), include: 'all' } as const;
  for await (const records of from.reader.streamRecords(selector, limit)) {
    const rolledBack = records.filter(({ status }) => status === 'rolled_back');
    const known = from.stage.known(rolledBack.map(({ recordId }) => recordId));
    const untold = rolledBack.filter(({ recordId }) => !known.has(recordId));
    if (untold.length > 0) yield untold;
  }
}

function keptValuesOf(
  { stage, reader }: GatheringParts,
  request: ReconstructRequest,
  { batches, sources, problems }: Gathered,
): KeptValues {
  async function* pages(limit: number): AsyncGenerator<readonly KeptFile[], void, void> {
    for (const page of mergedPages(stage, limit)) yield page.map(({ file }) => file);
    for await (const records of untoldRecords({ stage, reader, request }, limit)) {
      yield records.map(keptFromTracking);
    }
  }
  const runIds = request.subjects.map(({ runId }) => runId);
  return {
    source: {
      kind: 'reconstruction',
      ids: runIds,
      takenAt: null,
      verified: `Put together from ${String(sources.length)} sources whose hashes and digests hold; ${String(problems.length)} could not be trusted and were left out.`,
    },
    inWords: `the reconstruction before ${runIds.length === 1 ? `run ${String(runIds[0])}` : `${String(runIds.length)} runs`}`,
    subjectRunId: runIds.length === 1 ? (runIds[0] ?? null) : null,
    fileCount: stage.countRecords(),
    trusted: new Set<Confidence>(['snapshot', 'plan']),
    pages,
    batchValues: (batchIds) =>
      new Map(
        batchIds.flatMap((batchId) => {
          const values = batches.get(batchId);
          return values === undefined ? [] : [[batchId, values] as const];
        }),
      ),
  };
}

/** What its own record says of a file; never enough to be written. */
function keptFromTracking(record: MigrationRecord): KeptFile {
  const { objectKey } = rowOfTracking(record);
  const file = record.file && { ...record.file, r2Key: objectKey };
  return {
    record: { ...record, status: null, completedAt: null, file },
    confidence: 'tracking-row',
    whole: null,
  };
}

function startTally() {
  const byConfidence = new Map<Confidence, number>();
  let rowCount = 0;
  let disagreements = 0;
  return {
    count: ({ confidence, disagreement }: ReconstructedRow): void => {
      rowCount += 1;
      if (disagreement !== null) disagreements += 1;
      byConfidence.set(confidence, (byConfidence.get(confidence) ?? 0) + 1);
    },
    figures: () => ({
      rowCount,
      disagreements,
      byConfidence: [...byConfidence].map(([confidence, count]) => ({ confidence, count })),
    }),
  };
}

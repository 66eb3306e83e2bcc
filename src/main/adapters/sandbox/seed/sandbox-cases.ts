import { SEED_BATCHES } from './batches.ts';
import { FATES, type FateName } from './fates.ts';
import { seedId } from './seed-id.ts';

/** A record of the sandbox that stands for one way a migration can end. */
export interface SandboxCase {
  readonly batchId: string;
  /** `file_migrations.id` */
  readonly recordId: string;
  /** `files.id` */
  readonly fileId: string;
  /** In a sentence, what is special about it. */
  readonly about: string;
  /** How many records of the sandbox have this fate. */
  readonly count: number;
}

interface Placement {
  readonly batchId: string;
  /** Position in its batch, from 0. */
  readonly index: number;
  readonly fate: FateName;
}

/** Every migrated file of the sandbox with its place and its fate, in order. */
function placements(): readonly Placement[] {
  return SEED_BATCHES.flatMap(({ batchId, fates }) =>
    fates
      .flatMap(([fate, count]) => Array.from({ length: count }, () => fate))
      .map((fate, index) => ({ batchId, index, fate })),
  );
}

/** `file_migrations.id` of a file of the sandbox. */
export function recordIdOf(batchId: string, index: number): string {
  return seedId('record', `${batchId}/${String(index)}`);
}

/** `files.id` of a file of the sandbox. */
export function fileIdOf(batchId: string, index: number): string {
  return seedId('file', `${batchId}/${String(index)}`);
}

function caseOf(fate: FateName): SandboxCase {
  const all = placements().filter((placement) => placement.fate === fate);
  const [first] = all;
  if (first === undefined) throw new Error(`No file of the sandbox has the fate ${fate}.`);
  return {
    batchId: first.batchId,
    recordId: recordIdOf(first.batchId, first.index),
    fileId: fileIdOf(first.batchId, first.index),
    about: FATES[fate].about,
    count: all.length,
  };
}

/** The first record of each fate, by the fate's name. The same for every seed. */
export const sandboxCases: Readonly<Record<FateName, SandboxCase>> = Object.fromEntries(
  Object.keys(FATES).map((name) => [name, caseOf(name as FateName)]),
) as Record<FateName, SandboxCase>;

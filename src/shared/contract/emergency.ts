import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Pack } from '../domain/pack.ts';
import { Acceptance, RunId } from '../domain/plan.ts';
import { ReconstructedRow, ReconstructionSummary } from '../domain/reconstruction.ts';
import { PlanEvent } from './plan.ts';
import { procedure } from './procedure.ts';

/** What a reconstruction yields: what is being read, then its rows page by page, then what it came to. */
export const ReconstructionEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reading'), what: z.string() }),
  z.strictObject({ kind: z.literal('rows'), rows: z.array(ReconstructedRow) }),
  z.strictObject({ kind: z.literal('finished'), summary: ReconstructionSummary }),
]);
export type ReconstructionEvent = z.infer<typeof ReconstructionEvent>;

/** What making a pack yields: what is being packed, then the pack. */
export const PackEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('packing'), what: z.string() }),
  z.strictObject({ kind: z.literal('finished'), pack: Pack }),
]);
export type PackEvent = z.infer<typeof PackEvent>;

const About = {
  target: z.string().optional(),
  /** Only what this run touched; left out: every run that still stands, and records that were rolled back by others. */
  runId: RunId.optional(),
};

export const emergencyContract = {
  /**
   * Puts rows together as they were before runs of Unwind, from run files, snapshots, backups and tracking rows, each with its confidence.
   * Reads only. Closing the iterator stops it. Fails with RUN_NOT_FOUND when nothing is there of the run that was named.
   */
  reconstruct: procedure.input(z.strictObject(About)).output(eventIterator(ReconstructionEvent)),
  /**
   * Packs everything about a target, or about one run, into one file for whoever takes over: run files, snapshots, backups, logs, a
   * reconstruction, a preflight, versions and configuration. Holds no secret. What could not be read is named in it and in the answer, and
   * keeps nothing else out. Closing the iterator leaves no file. Fails with FILE_FAILED or DISK_FULL.
   */
  pack: procedure
    .input(
      z.strictObject({
        ...About,
        /** Where the file goes, as an absolute path; left out: the folder `packs` of the workspace. */
        path: z.string().min(1).optional(),
      }),
    )
    .output(eventIterator(PackEvent)),
  /** Plans to restore what a reconstruction knows from snapshots and plans; every other row of it is held. */
  createRestore: procedure
    .input(
      z.strictObject({
        ...About,
        batchId: z.string().min(1).optional(),
        acceptances: z.array(Acceptance).default([]),
      }),
    )
    .output(eventIterator(PlanEvent)),
};

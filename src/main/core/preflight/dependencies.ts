import type { Check } from '../../../shared/domain/check.ts';
import { type OperatorError, toOperatorError } from '../../../shared/domain/operator-error.ts';
import type { Leases } from '../ports/lease.ts';
import type { MigrationDatabase } from '../ports/migration-database.ts';
import type { Part, TargetInParts } from '../ports/target.ts';
import type { RecordSample } from './preflight-context.ts';

/** What a check needs, or the end of the sentence that says why it cannot be had: then the check is skipped. */
export type Needed<T> = { readonly had: T } | { readonly missing: string };

/** A target whose records can be read. */
export interface ReadableTarget {
  readonly target: TargetInParts;
  readonly database: MigrationDatabase;
  readonly leases: Leases;
  readonly sample: RecordSample;
}

/** One part of a target that may itself be shut. */
export function partOf<T>(
  target: Part<TargetInParts>,
  choose: (target: TargetInParts) => Part<T>,
): Part<T> {
  return target.state === 'shut' ? target : choose(target.part);
}

/** The target, if its records could be read. */
export function readableTarget(
  target: Part<TargetInParts>,
  sample: Part<RecordSample>,
): Needed<ReadableTarget> {
  if (sample.state === 'shut') return notReadable(sample.error);
  const database = partOf(target, (parts) => parts.database);
  if (target.state === 'shut' || database.state === 'shut') {
    return { missing: 'the target could not be opened.' };
  }
  return { had: { target: target.part, ...database.part, sample: sample.part } };
}

/** A sample to look for in a part of the target, if the part is fit to be asked and the records could be read. */
export function sampleFor(
  checks: readonly Check[],
  sample: Part<RecordSample>,
): Needed<RecordSample> {
  const failed = checks.find(({ state }) => state === 'failed');
  if (failed !== undefined) return { missing: `${failed.name} failed.` };
  return sample.state === 'shut' ? notReadable(sample.error) : { had: sample.part };
}

/** Runs `take` at most once and keeps what came of it, an error too. */
export function onceAsPart<T>(take: () => Promise<T>): () => Promise<Part<T>> {
  let taken: Promise<Part<T>> | undefined;
  return () =>
    (taken ??= take().then(
      (part): Part<T> => ({ state: 'open', part }),
      (error: unknown): Part<T> => ({ state: 'shut', error: toOperatorError(error) }),
    ));
}

function notReadable(error: OperatorError): { readonly missing: string } {
  return { missing: `the records could not be read (${error.code}).` };
}

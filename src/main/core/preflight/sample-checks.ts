import pMap from 'p-map';
import type { Check } from '../../../shared/domain/check.ts';
import { objectKeyOf } from '../plan/classify-file.ts';
import { statKeys } from '../plan/gather-facts.ts';
import { type Answer, check } from '../ports/diagnosis.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Originals } from '../ports/originals.ts';
import { ok, skipped } from './answers.ts';
import type { Needed } from './dependencies.ts';
import type { RecordSample } from './preflight-context.ts';

const ORIGINALS = {
  name: 'originals.sample',
  title: 'Originals are where the records say',
} as const;
const OBJECTS = { name: 'bucket.sample', title: 'Objects are where the records say' } as const;

const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);
const CONCURRENCY = 8;
/** How many of those that were not found are named. */
const NAMED = 3;

/** Looks for the originals of a sample: evidence that their place is the right one. Reads no content. */
export async function checkOriginalsSample(
  originals: Originals,
  sample: Needed<RecordSample>,
): Promise<Check> {
  if ('missing' in sample) return skipped(ORIGINALS, sample.missing);
  const { records } = sample.had;
  return check(ORIGINALS, async () => {
    const paths = records.map(({ sourcePath }) => sourcePath).filter((path) => path !== null);
    const facts = await pMap(paths, (path) => originals.inspect(path, 'presence'), {
      concurrency: CONCURRENCY,
    });
    return sampleAnswer({
      noun: 'originals',
      place: originals.location ?? 'no place',
      missed: paths.filter((_, at) => facts[at]?.state !== 'present'),
      looked: paths.length,
      nothingToLookFor: 'No record names an original.',
      fix: 'Correct UNWIND_ORIGINALS (source_path is resolved under it), or mount the volume that holds them.',
    });
  });
}

/** Looks for the objects of a sample of migrated files: evidence that the bucket is the right one. */
export async function checkObjectsSample(
  objects: ObjectStore,
  sample: Needed<RecordSample>,
): Promise<Check> {
  if ('missing' in sample) return skipped(OBJECTS, sample.missing);
  const { records } = sample.had;
  return check(OBJECTS, async () => {
    const keys = records
      .filter(({ status }) => MIGRATED.has(status))
      .map(objectKeyOf)
      .filter((key) => key !== null);
    const found = await statKeys({ objects }, keys);
    return sampleAnswer({
      noun: 'objects',
      place: `the bucket ${objects.bucket}`,
      missed: keys.filter((key) => !found.has(key)),
      looked: keys.length,
      nothingToLookFor: 'No record of a migrated file names an object.',
      fix: 'Check R2_BUCKET_NAME and R2_ENDPOINT, and that database and bucket belong together.',
    });
  });
}

function sampleAnswer(sample: {
  readonly noun: string;
  readonly place: string;
  readonly missed: readonly string[];
  readonly looked: number;
  readonly nothingToLookFor: string;
  readonly fix: string;
}): Answer {
  const { noun, place, missed, looked, fix } = sample;
  if (looked === 0) return ok(sample.nothingToLookFor);
  const found = looked - missed.length;
  const finding = `${String(found)} of ${String(looked)} sampled ${noun} found in ${place}.`;
  if (missed.length === 0) return ok(finding);
  const named = missed.slice(0, NAMED).join(', ');
  const more = missed.length > NAMED ? ' and others' : '';
  return {
    // None at all says that the place is wrong; some missing is what a plan reports file by file.
    state: found === 0 ? 'failed' : 'warning',
    finding: `${finding} Not found: ${named}${more}.`,
    fix,
  };
}

import type { Check } from '../../../shared/domain/check.ts';
import { type Answer, check, type Question } from '../ports/diagnosis.ts';
import type { Originals } from '../ports/originals.ts';
import type { Part } from '../ports/target.ts';
import { ok, skipped } from './answers.ts';
import { type Inspection, isConfigurationError } from './preflight-context.ts';

const TARGET = { name: 'configuration.target', title: 'A target is configured' } as const;
const DATABASE = { name: 'configuration.database', title: 'The database is configured' } as const;
const BUCKET = { name: 'configuration.bucket', title: 'The bucket is configured' } as const;
const ORIGINALS = {
  name: 'configuration.originals',
  title: 'The originals are configured',
} as const;

/** Whether what is configured is complete for the kind of rollback. What the settings lead to is not looked at here. */
export async function checkConfiguration(inspection: Inspection): Promise<readonly Check[]> {
  const { target } = inspection;
  if (target.state === 'shut') {
    const reason = `${TARGET.name} failed.`;
    return [
      await check(TARGET, () => Promise.reject(target.error)),
      ...[DATABASE, BUCKET, ORIGINALS].map((question) => skipped(question, reason)),
    ];
  }
  const { name, databaseKind, database, objects, originals } = target.part;
  const product = databaseKind === 'd1' ? 'D1' : 'PostgreSQL';
  return [
    { ...TARGET, ...ok(`${name}, a ${product} database.`) },
    await check(DATABASE, () => answerFor(database, () => ok('Its settings are complete.'))),
    await checkBucket(inspection, () =>
      answerFor(objects, ({ bucket, endpoint }) => ok(`${bucket} at ${endpoint}.`)),
    ),
    await check(ORIGINALS, () => answerFor(originals, originalsAnswer)),
  ];
}

async function checkBucket(inspection: Inspection, look: () => Answer): Promise<Check> {
  return inspection.mode === 'database-only'
    ? skipped(BUCKET, 'a rollback with --database-only needs no bucket.')
    : check(BUCKET satisfies Question, look);
}

function originalsAnswer({ location }: Originals): Answer {
  if (location !== null) return ok(`${location}.`);
  return {
    state: 'warning',
    finding:
      'No place of the originals is configured: nothing proves that the content of an object exists elsewhere, and each such file is held.',
    fix: 'Set UNWIND_ORIGINALS to the folder or the http(s) base that source_path is resolved under.',
  };
}

function answerFor<T>(part: Part<T>, answer: (part: T) => Answer): Answer {
  if (part.state === 'open') return answer(part.part);
  // What was not found where the settings lead is for the part's own group to say.
  if (isConfigurationError(part.error)) throw part.error;
  return ok('Its settings are complete.');
}

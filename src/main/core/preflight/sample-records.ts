import type {
  MigrationReader,
  MigrationRecord,
  RecordSelector,
} from '../ports/migration-database.ts';
import type { Part, TargetInParts } from '../ports/target.ts';
import { partOf } from './dependencies.ts';
import type { RecordSample } from './preflight-context.ts';

const SAMPLE_PAGES = 4;
const PAGE_SIZE = 5;

/** Every record that a rollback could still be about. */
const LIVE: RecordSelector = {
  scope: { failedOnly: false, full: true, mode: 'both' },
  include: 'live',
};

/** Reads up to 20 records, in equal distances in the order of their ids. */
export async function sampleRecords(target: Part<TargetInParts>): Promise<RecordSample> {
  const part = partOf(target, (parts) => parts.database);
  if (part.state === 'shut') throw part.error;
  const reader = await part.part.database.openReader();
  try {
    const recordCount = await reader.countRecords(LIVE);
    return { records: await readSpread(reader, recordCount), recordCount };
  } finally {
    await reader.close();
  }
}

async function readSpread(
  reader: MigrationReader,
  recordCount: number,
): Promise<readonly MigrationRecord[]> {
  const records = new Map<string, MigrationRecord>();
  for (let page = 0; page < SAMPLE_PAGES; page += 1) {
    const offset = Math.floor((Math.max(0, recordCount - PAGE_SIZE) * page) / (SAMPLE_PAGES - 1));
    for (const record of await reader.pageRecords(LIVE, { offset, limit: PAGE_SIZE })) {
      records.set(record.recordId, record);
    }
  }
  return [...records.values()];
}

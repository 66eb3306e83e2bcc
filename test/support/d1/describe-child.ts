import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { toWire } from '../../../src/shared/domain/operator-error.ts';

// Prints what describing and counting the records of the D1 file in argv gives, or the error, as JSON.
const database = openD1Database({ path: process.argv[2] ?? '', busyTimeoutMs: 0 });

async function look(): Promise<unknown> {
  const { version } = await database.describe();
  const reader = await database.openReader();
  const scope = { full: true, failedOnly: false, mode: 'both' } as const;
  const recordCount = await reader.countRecords({ scope, include: 'all' });
  await reader.close();
  return { version, recordCount };
}

console.log(JSON.stringify(await look().catch((error: unknown) => ({ error: toWire(error) }))));

import { writeFileSync } from 'node:fs';
import { aPostgresMigration } from './support/migration/a-postgres-migration.ts';
import { startR2 } from './support/r2/start-r2.ts';
import { startPostgres } from './support/postgres/start-postgres.ts';
const server = await startPostgres();
const r2 = await startR2('customer-files');
const database = await server.createDatabase();
const migration = await aPostgresMigration(r2, database, [
  ...Array.from({ length: 40 }, (_, i) => ({ id: `file-${String(i).padStart(3, '0')}`, userId: i % 2 ? 'ana' : 'ben' })),
  { id: 'gone', original: null }, { id: 'bad', status: 'failed' as const },
  ...Array.from({ length: 8 }, (_, i) => ({ id: `other-${i}`, batchId: 'b-2' })),
]);
writeFileSync('/tmp/e2epg/env.sh', Object.entries(migration.env()).map(([k, v]) => `export ${k}='${v}'`).join('\n') + '\n');
writeFileSync('/tmp/e2epg/empty.txt', (await server.createDatabase()).name);
console.log('up', database.name, process.pid);
process.on('SIGTERM', async () => { await server.stop(); await r2.stop(); migration.remove(); process.exit(0); });
setInterval(() => undefined, 1000);

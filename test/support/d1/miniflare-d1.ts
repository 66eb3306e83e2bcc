import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { d1FileName, d1ObjectFolder } from '../../../src/main/adapters/d1/d1-file-name.ts';
import type { Row } from '../../conformance/migration-rows.ts';
import { referenceSchema } from './reference-schema.ts';
import { makeTempFolder, removeTempFolder } from './temp-folder.ts';

const rowsPerInsert = 1000;

/** What is used of a D1 binding; its own type lives in a package of Cloudflare's that nothing else here needs. */
interface D1Binding {
  prepare(sql: string): D1Statement;
}

interface D1Statement {
  bind(value: string): D1Statement;
  run(): Promise<unknown>;
}

/** A database of a running miniflare: its file, and Cloudflare's own code writing to it. */
export interface LiveD1 {
  readonly id: string;
  readonly path: string;
  execute(sql: string): Promise<void>;
  insert(table: string, rows: readonly Row[]): Promise<void>;
}

export interface MiniflareD1 {
  /** The folder given to miniflare as `d1Persist`. */
  readonly folder: string;
  /** The next unused database, with the reference schema. */
  nextDatabase(): Promise<LiveD1>;
  /** Ends workerd and leaves the files. */
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

/** Starts one workerd with so many D1 databases that each test can have a fresh one. */
export async function startMiniflareD1(databaseCount: number): Promise<MiniflareD1> {
  const folder = makeTempFolder();
  const ids = Array.from({ length: databaseCount }, (_, index) => `d1-database-${String(index)}`);
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    modules: true,
    script: 'export default { fetch() { return new Response("unused"); } }',
    compatibilityDate: '2026-01-01',
    d1Databases: Object.fromEntries(ids.map((id, index) => [`DB${String(index)}`, id])),
    d1Persist: folder,
  });
  await miniflare.ready;
  let used = 0;
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= miniflare.dispose());

  async function nextDatabase(): Promise<LiveD1> {
    const index = used++;
    const id = ids[index];
    if (id === undefined)
      throw new Error(`Only ${String(databaseCount)} databases were asked for.`);
    const binding: D1Binding = await miniflare.getD1Database(`DB${String(index)}`);
    const execute = async (sql: string): Promise<void> => {
      await binding.prepare(sql).run();
    };
    for (const statement of referenceSchema) await execute(statement);
    return {
      id,
      path: join(folder, d1ObjectFolder, d1FileName(id)),
      execute,
      insert: async (table, rows) => {
        // As JSON: one bound value for many rows, where D1 takes a hundred at most.
        for (let start = 0; start < rows.length; start += rowsPerInsert) {
          const part = rows.slice(start, start + rowsPerInsert);
          await binding
            .prepare(insertFromJson(table, part[0] ?? {}))
            .bind(JSON.stringify(part))
            .run();
        }
      },
    };
  }

  return {
    folder,
    nextDatabase,
    stop,
    dispose: async () => {
      await stop();
      removeTempFolder(folder);
    },
  };
}

function insertFromJson(table: string, row: Row): string {
  const columns = Object.keys(row);
  const values = columns.map((column) => `value ->> '${column}'`);
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?)`;
}

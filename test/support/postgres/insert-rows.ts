import type pg from 'pg';
import type { Row } from '../../conformance/migration-rows.ts';

/** Inserts rows in as few statements as the server's limit on parameters allows. All rows have the columns of the first. */
export async function insertRows(
  client: Pick<pg.ClientBase, 'query'>,
  table: string,
  rows: readonly Row[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const atOnce = Math.max(1, Math.floor(60_000 / Math.max(1, columns.length)));
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce);
    const tuples = part.map(
      (_, row) =>
        `(${columns.map((_name, at) => `$${String(row * columns.length + at + 1)}`).join(', ')})`,
    );
    await client.query(
      `INSERT INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')}) VALUES ${tuples.join(', ')}`,
      part.flatMap((row) => columns.map((name) => row[name] ?? null)),
    );
  }
}

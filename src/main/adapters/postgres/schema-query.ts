import { z } from 'zod';
import type { CatalogueTable } from '../../core/schema/migration-mapping.ts';
import { type Column, typeClassOf } from './columns.ts';
import type { PostgresSession } from './session.ts';

/** What a relation is: only tables can be rolled back. */
export type RelationKind = 'table' | 'partitioned table' | 'view' | 'foreign table';

/** A relation that an unqualified name reaches. */
export interface Relation extends CatalogueTable {
  readonly schema: string;
  readonly oid: string;
  readonly kind: RelationKind;
  /** `part`: a partition or an heir, whose rows are read with those of another table. */
  readonly extent: 'whole' | 'part';
}

/** A unique index that holds for every row: its key columns, and those of them that the table is partitioned by. */
interface UniqueIndex {
  readonly columns: readonly string[];
}

/** What the catalogue says about a table besides its columns. */
export interface TableFacts {
  readonly uniqueIndexes: readonly UniqueIndex[];
  readonly partitionColumns: readonly string[];
  /** Tables that inherit from it without being its partitions: their rows are read along, and its indexes do not cover them. */
  readonly heirCount: number;
  /** Whether row security would hide rows from this role. */
  readonly hidesRows: boolean;
  /** Triggers and rules of its own that act on UPDATE, by name. */
  readonly updateTriggers: readonly string[];
  readonly cascades: readonly Cascade[];
}

/** A foreign key that carries a change of the table's columns on to the rows of another table (ON UPDATE CASCADE, SET NULL, SET DEFAULT). */
export interface Cascade {
  /** Its name, the other table and the action, for people. */
  readonly name: string;
  readonly columns: readonly string[];
}

const Cascades = z.array(z.object({ name: z.string(), columns: z.array(z.string()) }));

const KINDS: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'view',
  f: 'foreign table',
};

/** The relations that unqualified names reach, in the order of the search path, with their columns; after them those of `named`. */
export async function readRelations(
  session: PostgresSession,
  named: readonly { readonly schema: string; readonly name: string }[] = [],
): Promise<readonly Relation[]> {
  const { rows } = await session.query(
    `
    SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text,
      (SELECT json_agg(a.attname ORDER BY a.attnum)::text FROM pg_attribute a
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
      EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = c.oid)::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND (pg_table_is_visible(c.oid)
        OR (n.nspname::text, c.relname::text) IN (SELECT * FROM unnest($1::text[], $2::text[])))
    ORDER BY NOT pg_table_is_visible(c.oid), array_position(current_schemas(true), n.nspname), c.relname`,
    [named.map(({ schema }) => schema), named.map(({ name }) => name)],
  );
  return rows.map(([oid, schema, name, kind, columns, isPart]) => ({
    oid: oid ?? '',
    schema: schema ?? '',
    name: name ?? '',
    kind: KINDS[kind ?? ''] ?? 'table',
    extent: isPart === 'true' ? 'part' : 'whole',
    columns: namesIn(columns),
  }));
}

/** All columns of a table by name, in their order. */
export async function readColumns(
  session: PostgresSession,
  relation: Relation,
): Promise<ReadonlyMap<string, Column>> {
  // A domain is followed down to the type it stands on.
  const { rows } = await session.query(
    `WITH RECURSIVE base AS (
       SELECT a.attnum, a.atttypid AS type, a.atttypmod AS modifier FROM pg_attribute a
       WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
       UNION ALL
       SELECT b.attnum, t.typbasetype, t.typtypmod FROM base b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd'
     )
     SELECT a.attname::text, format_type(t.oid, -1), t.typname::text,
       format_type(t.oid, b.modifier), coalesce(c.collisdeterministic, true)::text,
       a.attnotnull::text, (a.attgenerated <> '' OR a.attidentity = 'a')::text
     FROM pg_attribute a JOIN base b ON b.attnum = a.attnum
     JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
     LEFT JOIN pg_collation c ON c.oid = a.attcollation
     WHERE a.attrelid = $1::oid ORDER BY a.attnum`,
    [relation.oid],
  );
  return new Map(
    rows.map(([name, baseType, typeName, shownType, exact, notNull, generated]) => [
      name ?? '',
      {
        table: relation.name,
        name: name ?? '',
        baseType: baseType ?? '',
        typeName: typeName ?? '',
        shownType: shownType ?? '',
        typeClass: typeClassOf(typeName ?? '', exact === 'true' ? 'exact' : 'loose'),
        isNotNull: notNull === 'true',
        isGenerated: generated === 'true',
      },
    ]),
  );
}

/** Indexes, partitioning, row security and triggers of a table. */
export async function readFacts(session: PostgresSession, relation: Relation): Promise<TableFacts> {
  const { rows } = await session.query(
    `SELECT
       (SELECT json_agg((SELECT json_agg(a.attname) FROM pg_attribute a
           WHERE a.attrelid = i.indrelid AND a.attnum = ANY((i.indkey::int2[])[0:i.indnkeyatts - 1])))::text
        FROM pg_index i WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid
          AND i.indpred IS NULL AND i.indexprs IS NULL),
       (SELECT json_agg(a.attname)::text FROM pg_partitioned_table p
          JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY(p.partattrs::int2[])
        WHERE p.partrelid = $1::oid),
       (SELECT count(*)::text FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
        WHERE h.inhparent = $1::oid AND NOT c.relispartition),
       row_security_active($1::oid)::text,
       (WITH RECURSIVE tree AS (
          SELECT $1::oid AS oid UNION ALL SELECT h.inhrelid FROM pg_inherits h JOIN tree ON tree.oid = h.inhparent
        )
        SELECT json_agg(DISTINCT name)::text FROM (
          SELECT t.tgname::text AS name FROM pg_trigger t JOIN tree ON tree.oid = t.tgrelid
          WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND (t.tgtype & 16) <> 0
          UNION ALL
          SELECT r.rulename::text FROM pg_rewrite r JOIN tree ON tree.oid = r.ev_class
          WHERE r.ev_type = '2' AND r.ev_enabled IN ('O', 'A')
        ) AS acting),
       (SELECT json_agg(json_build_object(
            'name', format('%s (foreign key of %s, ON UPDATE %s)', f.conname, f.conrelid::regclass,
              CASE f.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END),
            'columns', (SELECT json_agg(a.attname) FROM pg_attribute a
              WHERE a.attrelid = f.confrelid AND a.attnum = ANY(f.confkey))))::text
        FROM pg_constraint f
        WHERE f.contype = 'f' AND f.conparentid = 0 AND f.confupdtype IN ('c', 'n', 'd')
          AND f.confrelid IN (WITH RECURSIVE tree AS (
            SELECT $1::oid AS oid UNION ALL SELECT h.inhrelid FROM pg_inherits h JOIN tree ON tree.oid = h.inhparent
          ) SELECT oid FROM tree))`,
    [relation.oid],
  );
  const [unique, partition, heirs, hides, triggers, cascades] = rows[0] ?? [];
  const uniqueKeys: unknown = JSON.parse(unique ?? '[]');
  return {
    uniqueIndexes: (Array.isArray(uniqueKeys) ? uniqueKeys : []).map((columns) => ({
      columns: namesOf(columns),
    })),
    partitionColumns: namesIn(partition),
    heirCount: Number(heirs ?? 0),
    hidesRows: hides === 'true',
    updateTriggers: namesIn(triggers),
    cascades: Cascades.parse(JSON.parse(cascades ?? '[]')),
  };
}

function namesIn(json: string | null | undefined): readonly string[] {
  return namesOf(JSON.parse(json ?? '[]'));
}

function namesOf(parsed: unknown): readonly string[] {
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

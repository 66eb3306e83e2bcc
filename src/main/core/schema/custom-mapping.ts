import type { BatchRole, FileRole, RecordRole } from './migration-mapping.ts';

/** A table as a mapping file names it. A role that is left out, or `null`, has no column. */
export interface CustomTable<Role extends string> {
  readonly name: string;
  /** The schema that holds the table; `null`: wherever the unqualified name leads. Must be `null` for D1. */
  readonly schema: string | null;
  readonly columns: Readonly<Partial<Record<Role, string | null | undefined>>>;
}

/** What a mapping file says about the three tables; names as the catalogue spells them, not quoted. */
export interface CustomMapping {
  /** Where it was read from, for messages and evidence. */
  readonly source: string;
  readonly tables: {
    readonly batches: CustomTable<BatchRole>;
    readonly records: CustomTable<RecordRole>;
    readonly files: CustomTable<FileRole>;
  };
  /** Columns of the file table that a run of Unwind drops: where one is gone its role has no column. Left out: none may be missing. */
  readonly mayLack?: readonly string[];
}

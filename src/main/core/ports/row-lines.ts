/**
 * Whole rows of one table as they are kept in files: UTF-8, one JSON object per row (see `FullRow`), each line ended by `\n`.
 *
 * Text and not objects: a snapshot writes every row twice and looks into none.
 */
export interface RowLines {
  readonly rowCount: number;
  readonly bytes: Uint8Array;
}

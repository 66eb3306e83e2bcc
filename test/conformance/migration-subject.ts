import type {
  MigrationDatabase,
  MigrationReader,
  MigrationWriter,
  TrackedTable,
} from '../../src/main/core/ports/migration-database.ts';
import type { Row } from './migration-rows.ts';

/** A fresh database with the three empty reference tables, and the means to prepare it from outside the port. */
export interface FreshDatabase {
  readonly database: MigrationDatabase;
  execute(sql: string): Promise<void>;
  insert(table: TrackedTable, rows: readonly Row[]): Promise<void>;
  /** Creates a trigger on UPDATE that leaves the updated row as it is. */
  createHarmlessUpdateTrigger(table: TrackedTable, name: string): Promise<void>;
  /** Creates a trigger on UPDATE of `files` that sets `updated_at` to 2000-01-01 00:00:00 afterwards. */
  createTouchingTrigger(name: string): Promise<void>;
  dropTrigger(name: string, table: TrackedTable): Promise<void>;
  /** Tries to write through a session opened exactly as the reader's is. */
  attemptWriteOnReadOnlySession(): Promise<unknown>;
}

/** A fresh database with sessions that are closed when the test ends. */
export interface Subject extends FreshDatabase {
  openReader(): Promise<MigrationReader>;
  openWriter(): Promise<MigrationWriter>;
}

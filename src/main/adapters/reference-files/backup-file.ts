import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { invariant } from '../../../shared/domain/operator-error.ts';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type { RowLines } from '../../core/ports/row-lines.ts';
import { prefixLines } from '../content/row-lines.ts';
import { publishFile } from '../system/publish-file.ts';

const TABLES: readonly TrackedTable[] = ['migration_batches', 'file_migrations', 'files'];
const BETWEEN_ROWS = ',\n    ';
const TABLE_END = '\n  ]';

/** How much may wait for the disk: at the end there is no more than that left to sync, however large the file is. */
const UNSYNCED_BYTES = 33_554_432;

/** Writes `migration_backup_*.json`: one JSON object with the three tables as arrays of rows. */
export interface BackupFile {
  /** Appends rows of a table; all rows of one table come together. May return before they are written. */
  append(table: TrackedTable, lines: RowLines): Promise<void>;
  /** Completes the file under its own name. Durable on return. */
  finish(): Promise<void>;
  /** Closes what is open and removes the unfinished file. A second call does nothing. */
  discard(): Promise<void>;
}

/** Starts a backup at `path`, under a temporary name until it is finished. Every row is written once, where it stays. */
export async function createBackupFile(
  path: string,
  head: Readonly<Record<string, string>>,
  crashAt: CrashAt = NO_CRASH,
): Promise<BackupFile> {
  const temporary = `${path}.tmp`;
  const output = createSteadyOutput(await open(temporary, 'wx'));
  const begun: TrackedTable[] = [];
  let isOpen = true;

  const fields = Object.entries(head).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  try {
    await output.append(Buffer.from(`{\n${fields.join(',\n')}`));
  } catch (error) {
    await output.close().catch(() => undefined);
    throw error;
  }

  /** What stands between the last row that was written, if any, and the first row of a table. */
  function beginTable(table: TrackedTable): string {
    invariant(!begun.includes(table), `Rows of ${table} came after the backup's part of it.`);
    const text = `${begun.length === 0 ? '' : TABLE_END},\n  ${JSON.stringify(table)}: [`;
    begun.push(table);
    return text;
  }

  async function close(): Promise<void> {
    isOpen = false;
    await output.close();
  }

  return {
    append: async (table, lines) => {
      if (lines.rowCount === 0) return;
      const rows = prefixLines(lines, BETWEEN_ROWS);
      if (begun.at(-1) === table) {
        await output.append(rows);
        return;
      }
      await output.append(Buffer.from(beginTable(table)));
      // The first row of a table has no comma before it.
      await output.append(rows.subarray(1));
    },
    finish: async () => {
      const missing = TABLES.filter((table) => !begun.includes(table));
      await output.append(Buffer.from(`${missing.map(beginTable).join('')}${TABLE_END}\n}\n`));
      await output.sync();
      await close();
      publishFile({
        temporary,
        path,
        at: (event) => {
          crashAt(`backup.${event}`);
        },
      });
    },
    discard: async () => {
      if (isOpen) await close();
      rmSync(temporary, { force: true });
    },
  };
}

/** Appends to a file, one write after the other; syncs along the way. A failure is told by the next call. */
interface SteadyOutput {
  /** Returns when everything before `bytes` is written. */
  append(bytes: Uint8Array): Promise<void>;
  /** Everything is durable on return. */
  sync(): Promise<void>;
  /** Closes the file when nothing is under way any more. */
  close(): Promise<void>;
}

function createSteadyOutput(file: FileHandle): SteadyOutput {
  let written: Promise<void> = Promise.resolve();
  let synced: Promise<void> = Promise.resolve();
  let unsyncedBytes = 0;

  async function append(bytes: Uint8Array): Promise<void> {
    await written;
    if (unsyncedBytes >= UNSYNCED_BYTES) {
      await synced;
      unsyncedBytes = 0;
      synced = ended(file.datasync());
    }
    unsyncedBytes += bytes.byteLength;
    // Goes on until every byte is written, as `write` may not.
    written = ended(file.appendFile(bytes));
  }

  return {
    append,
    sync: async () => {
      await written;
      await synced;
      await file.sync();
    },
    close: async () => {
      await Promise.allSettled([written, synced]);
      await file.close();
    },
  };
}

/** Whoever waits for it next hears of its failure; without a listener until then Node would end the process. */
function ended(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

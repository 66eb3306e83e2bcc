import { closeSync, openSync, read, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type CrashAt, NO_CRASH } from '../../core/ports/crash-points.ts';
import type { TrackedTable } from '../../core/ports/migration-database.ts';
import type { RowLines } from '../../core/ports/row-lines.ts';
import { prefixLines } from '../content/row-lines.ts';
import { publishFile } from '../system/publish-file.ts';

const TABLES: readonly TrackedTable[] = ['migration_batches', 'file_migrations', 'files'];

interface Part {
  readonly part: string;
  readonly descriptor: number;
  isEmpty: boolean;
}

/** Writes `migration_backup_*.json`: one JSON object with the three tables as arrays of rows. */
export interface BackupFile {
  append(table: TrackedTable, lines: RowLines): void;
  /** Completes the file under its own name. Durable on return. */
  finish(): Promise<void>;
  discard(): void;
}

/**
 * Starts a backup at `path`. Rows arrive table by table in any order, and a JSON object wants them together: each table is kept in
 * a part of its own until the end, so that memory stays flat.
 */
export function createBackupFile(
  path: string,
  head: Readonly<Record<string, string>>,
  crashAt: CrashAt = NO_CRASH,
): BackupFile {
  const parts = new Map<TrackedTable, Part>();

  function partOf(table: TrackedTable): Part {
    const known = parts.get(table);
    if (known !== undefined) return known;
    const part = `${path}.${table}.part`;
    const opened = { part, descriptor: openSync(part, 'wx+'), isEmpty: true };
    parts.set(table, opened);
    return opened;
  }

  function closeParts(): void {
    for (const { part, descriptor } of parts.values()) {
      closeSync(descriptor);
      rmSync(part, { force: true });
    }
    parts.clear();
  }

  async function writeWhole(output: FileHandle): Promise<void> {
    const fields = Object.entries(head).map(
      ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
    );
    await output.appendFile(`{\n${fields.join('')}`);
    for (const [index, table] of TABLES.entries()) {
      await output.appendFile(`  ${JSON.stringify(table)}: [`);
      await copyPart(parts.get(table)?.descriptor, output);
      await output.appendFile(index === TABLES.length - 1 ? '\n  ]\n}\n' : '\n  ],\n');
    }
    await output.sync();
  }

  return {
    append: (table, lines) => {
      if (lines.rowCount === 0) return;
      const entry = partOf(table);
      const text = prefixLines(lines, ',\n    ');
      // The first row of a table has no comma before it. writeFileSync on a descriptor goes on until every byte is written;
      // writeSync may stop short on a disk that fills up.
      writeFileSync(entry.descriptor, entry.isEmpty ? text.subarray(1) : text);
      entry.isEmpty = false;
    },
    finish: async () => {
      const temporary = `${path}.tmp`;
      try {
        const output = await open(temporary, 'wx');
        try {
          await writeWhole(output);
        } finally {
          await output.close();
        }
        publishFile({
          temporary,
          path,
          at: (event) => {
            crashAt(`backup.${event}`);
          },
        });
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
      closeParts();
    },
    discard: closeParts,
  };
}

const COPY_BYTES = 1_048_576;
const readPart = promisify(read);

async function copyPart(part: number | undefined, output: FileHandle): Promise<void> {
  if (part === undefined) return;
  const buffer = Buffer.allocUnsafe(COPY_BYTES);
  let position = 0;
  for (;;) {
    const { bytesRead } = await readPart(part, buffer, 0, COPY_BYTES, position);
    if (bytesRead === 0) return;
    // Goes on until every byte is written, as `write` may not.
    await output.appendFile(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { FullRow, TrackedTable } from '../../core/ports/migration-database.ts';
import { syncFolder } from '../system/sync-path.ts';

const TABLES: readonly TrackedTable[] = ['migration_batches', 'file_migrations', 'files'];

interface Part {
  readonly part: string;
  readonly descriptor: number;
  isEmpty: boolean;
}

/** Writes `migration_backup_*.json`: one JSON object with the three tables as arrays of rows. */
export interface BackupFile {
  append(table: TrackedTable, rows: readonly FullRow[]): void;
  /** Completes the file under its own name. Durable on return. */
  finish(): void;
  discard(): void;
}

/**
 * Starts a backup at `path`. Rows arrive table by table in any order, and a JSON object wants them together: each table is kept in
 * a part of its own until the end, so that memory stays flat.
 */
export function createBackupFile(path: string, head: Readonly<Record<string, string>>): BackupFile {
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

  function writeWhole(output: number): void {
    const fields = Object.entries(head).map(
      ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
    );
    // writeFileSync on a descriptor goes on until every byte is written; writeSync may stop short on a disk that fills up.
    writeFileSync(output, `{\n${fields.join('')}`);
    TABLES.forEach((table, index) => {
      writeFileSync(output, `  ${JSON.stringify(table)}: [`);
      copyPart(parts.get(table)?.descriptor, output);
      writeFileSync(output, index === TABLES.length - 1 ? '\n  ]\n}\n' : '\n  ],\n');
    });
    fsyncSync(output);
  }

  return {
    append: (table, rows) => {
      const text = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
      if (text === '') return;
      const entry = partOf(table);
      writeFileSync(entry.descriptor, `${entry.isEmpty ? '\n' : ',\n'}${text}`);
      entry.isEmpty = false;
    },
    finish: () => {
      const temporary = `${path}.tmp`;
      try {
        const output = openSync(temporary, 'wx');
        try {
          writeWhole(output);
        } finally {
          closeSync(output);
        }
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      }
      closeParts();
      syncFolder(dirname(path));
    },
    discard: closeParts,
  };
}

const COPY_BYTES = 1_048_576;

function copyPart(part: number | undefined, output: number): void {
  if (part === undefined) return;
  const buffer = Buffer.alloc(COPY_BYTES);
  let position = 0;
  for (;;) {
    const length = readSync(part, buffer, 0, COPY_BYTES, position);
    if (length === 0) return;
    writeFileSync(output, buffer.subarray(0, length));
    position += length;
  }
}

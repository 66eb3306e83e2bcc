import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CommandName } from '../../../src/main/hosts/cli/command.ts';
import { DOCUMENTS, documentSchemaOf } from '../../../src/main/hosts/cli/json/documents.ts';

const folder = join(import.meta.dirname, '../../../docs/schemas');
const names = Object.keys(DOCUMENTS) as CommandName[];

function fileOf(name: CommandName): string {
  return `${name.replace(' ', '-')}.json`;
}

function schemaTextOf(name: CommandName): string {
  const { $schema, ...schema } = z.toJSONSchema(documentSchemaOf(name));
  const title = `unwind ${name} --json`;
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}

describe('JSON schemas in docs/schemas', () => {
  test.each(names)('say what `unwind %s --json` prints (UPDATE_SCHEMAS=1 writes them)', (name) => {
    const path = join(folder, fileOf(name));
    if (process.env['UPDATE_SCHEMAS'] === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, schemaTextOf(name));
    }

    expect(readFileSync(path, 'utf8')).toBe(schemaTextOf(name));
  });

  test('are there for the commands and nothing else', () => {
    expect(readdirSync(folder).toSorted()).toEqual(names.map(fileOf).toSorted());
  });
});

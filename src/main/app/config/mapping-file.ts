import { readFile } from 'node:fs/promises';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { batchRoles, fileRoles, type RoleRule, recordRoles } from '../../core/schema/roles.ts';
import { isAbsent } from './read-layers.ts';

const Name = z.string().min(1, 'a name has at least one character');

const MappingFile = z.strictObject({
  tables: z.strictObject({
    batches: tableShape(batchRoles),
    records: tableShape(recordRoles),
    files: tableShape(fileRoles),
  }),
});

/**
 * Reads a mapping file: which tables and columns track a migration where detection cannot know (docs/mapping-file.md).
 *
 * @throws {CONFIG_MISSING} it is not there.
 * @throws {CONFIG_INVALID} it is not YAML of the expected shape; the message names the place.
 */
export async function readMappingFile(path: string): Promise<CustomMapping> {
  const text = await readText(path);
  const parsed = MappingFile.safeParse(parseText(text, path));
  if (!parsed.success) {
    throw invalid(path, `is not a mapping: ${z.prettifyError(parsed.error)}`);
  }
  const { batches, records, files } = parsed.data.tables;
  return {
    source: `the mapping file ${path}`,
    tables: {
      batches: { ...batches, schema: batches.schema ?? null },
      records: { ...records, schema: records.schema ?? null },
      files: { ...files, schema: files.schema ?? null },
    },
  };
}

/** A required role needs a column; an optional one may be left out or `null`: then this schema has none. */
function tableShape<Role extends string>(roles: Readonly<Record<Role, RoleRule>>) {
  const shape: Partial<Record<Role, z.ZodType<string | null | undefined>>> = {};
  for (const role of Object.keys(roles) as Role[]) {
    shape[role] = roles[role].need === 'required' ? Name : Name.nullish();
  }
  return z.strictObject({
    name: Name,
    schema: Name.nullish(),
    columns: z.strictObject(shape as Record<Role, z.ZodType<string | null | undefined>>),
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new OperatorError(isAbsent(error) ? 'CONFIG_MISSING' : 'CONFIG_INVALID', {
      message: isAbsent(error)
        ? `The mapping file ${path} does not exist.`
        : `The mapping file ${path} could not be read.`,
      hint: 'Set UNWIND_MAPPING to a readable YAML file, or take it out to have the tables found by evidence.',
      details: { origin: path },
      cause: error,
    });
  }
}

function parseText(text: string, path: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw invalid(path, `is not valid YAML${line === undefined ? '' : ` (line ${String(line)})`}`);
  }
}

function invalid(path: string, what: string): OperatorError {
  return new OperatorError('CONFIG_INVALID', {
    message: `The mapping file ${path} ${what}`,
    hint: 'Correct the file; docs/mapping-file.md lists tables and roles.',
    details: { origin: path },
  });
}

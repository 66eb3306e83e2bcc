import type { CustomMapping } from '../../core/schema/custom-mapping.ts';
import { rehearseMapping } from '../../core/schema/rehearse-mapping.ts';
import { type D1File, openReadOnly } from './connection.ts';
import { settle } from './errors.ts';
import { openMemoryStage } from './rehearsal-stage.ts';
import { readSchema } from './schema.ts';

/**
 * Rehearses the mapping of a D1 file on a copy in memory, and returns what that showed. The reference schema needs none: `null`.
 *
 * @throws MAPPING_INVALID naming what differed.
 */
export async function rehearseD1(
  file: D1File,
  custom: CustomMapping | null,
): Promise<string | null> {
  const { path } = file;
  const stage = await settle({ doing: 'Copying some rows of', path }, () => {
    const connection = openReadOnly(file);
    try {
      const schema = readSchema(connection, path, custom);
      if (schema.mapping.variant === 'reference') return null;
      return { mapping: schema.mapping, stage: openMemoryStage(connection, schema) };
    } finally {
      connection.close();
    }
  });
  if (stage === null) return null;
  try {
    return await rehearseMapping(stage.mapping, stage.stage);
  } finally {
    stage.stage.close();
  }
}

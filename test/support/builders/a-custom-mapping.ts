import type { CustomMapping } from '../../../src/main/core/schema/custom-mapping.ts';

type Tables = CustomMapping['tables'];
type Changes = { readonly [Table in keyof Tables]?: Partial<Tables[Table]> };

/** A mapping file's content with the required roles only, over tables named runs, moves and docs. */
export function aCustomMapping(changes: Changes = {}): CustomMapping {
  return {
    source: 'the mapping file test.yaml',
    tables: {
      batches: {
        name: 'runs',
        schema: null,
        columns: { batchId: 'nr', status: 'state' },
        ...changes.batches,
      },
      records: {
        name: 'moves',
        schema: null,
        columns: { id: 'id', batchId: 'run', fileId: 'doc', status: 'state' },
        ...changes.records,
      },
      files: {
        name: 'docs',
        schema: null,
        columns: { id: 'id', r2Key: 'key', sourcePath: 'path' },
        ...changes.files,
      },
    },
  };
}

import { findMapping } from '../../../src/main/core/schema/find-mapping.ts';
import type { MigrationMapping } from '../../../src/main/core/schema/migration-mapping.ts';
import { referenceTables } from './a-catalogue.ts';

/** The mapping of a database that has the reference tables. */
export function aReferenceMapping(): MigrationMapping {
  const found = findMapping(referenceTables);
  if (found.kind !== 'found') throw new Error('the reference tables are not found');
  return found.mapping;
}

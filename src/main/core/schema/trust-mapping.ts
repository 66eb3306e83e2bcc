import type { DatabaseDescription } from '../ports/migration-database.ts';
import type { CustomMapping } from './custom-mapping.ts';

/** Tries a mapping, and says in a sentence what that showed; `null` where the reference schema needs no trial. */
export type Rehearsal = () => Promise<string | null>;

/** Rehearses once and remembers that the mapping held; what failed is tried again the next time. */
export function onceTrusted(rehearse: Rehearsal): Rehearsal {
  let trusted: Promise<string | null> | undefined;
  return () => {
    trusted ??= rehearse().catch((error: unknown) => {
      trusted = undefined;
      throw error;
    });
    return trusted;
  };
}

/** Whether a mapping only serves to drop columns: no row is changed by it, so that there is nothing to rehearse. */
export function isForDrop(custom: CustomMapping | null): boolean {
  return custom?.mayLack !== undefined;
}

/** The description with what the rehearsal showed as the last piece of evidence. */
export function withRehearsal(
  description: DatabaseDescription,
  shown: string | null,
): DatabaseDescription {
  if (shown === null) return description;
  const { mapping } = description;
  return { ...description, mapping: { ...mapping, evidence: [...mapping.evidence, shown] } };
}

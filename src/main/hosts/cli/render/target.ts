import type { TargetIdentity } from '../../../../shared/domain/target.ts';
import { orDash } from './format.ts';

/** The lines that say which target something is about. */
export function targetFacts(target: TargetIdentity): (readonly [string, string])[] {
  const database = target.databaseKind === 'd1' ? 'D1' : 'PostgreSQL';
  return [
    ['target', target.name],
    ['database', `${database} ${target.database}`],
    ['bucket', `${target.bucket} at ${target.endpoint}`],
    ['originals', orDash(target.originals)],
  ];
}

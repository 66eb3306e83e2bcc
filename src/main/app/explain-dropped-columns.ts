import { OperatorError } from '../../shared/domain/operator-error.ts';
import { mappingOfDrop } from '../core/plan/mapping-of-drop.ts';
import type { RunFiles, StoredPlan } from '../core/ports/run-file.ts';
import type { Targets } from '../core/ports/target.ts';

/** A finished run that dropped the columns by which a migration is recognised. */
interface Drop {
  readonly plan: StoredPlan;
  readonly finishedAt: string | null;
}

/**
 * Targets that say which run dropped the columns, where the tables of a migration cannot be recognised any more: without this an
 * operator would read that the database may be the wrong one.
 */
export function explainDroppedColumns<Named extends Targets>(
  targets: Named,
  runFiles: RunFiles,
): Named {
  return {
    ...targets,
    open: async (name, mapping) => {
      try {
        return await targets.open(name, mapping);
      } catch (error) {
        if (!(error instanceof OperatorError) || error.code !== 'DATABASE_SCHEMA_MISSING')
          throw error;
        const drop = await findDrop({ targets, runFiles, name });
        throw drop === undefined ? error : columnsDropped(drop, error);
      }
    },
  };
}

/** The newest finished drop on this very target: another database may have taken its name since. */
async function findDrop(request: {
  readonly targets: Targets;
  readonly runFiles: RunFiles;
  readonly name: string | undefined;
}): Promise<Drop | undefined> {
  for (const runId of request.runFiles.list()) {
    const drop = readDrop(request.runFiles, runId);
    if (drop === undefined) continue;
    const fingerprint = await fingerprintWith(request, drop);
    if (fingerprint === drop.plan.target.fingerprint) return drop;
  }
  return undefined;
}

function readDrop(runFiles: RunFiles, runId: string): Drop | undefined {
  try {
    const runFile = runFiles.open(runId, 'read');
    try {
      const plan = runFile.readPlan();
      const { state, finishedAt } = runFile.readRun();
      return plan.kind === 'drop-columns' && state === 'succeeded'
        ? { plan, finishedAt }
        : undefined;
    } finally {
      runFile.close();
    }
  } catch (error) {
    // A damaged file explains nothing, and hides nothing: opening it by its id says what is wrong with it.
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

async function fingerprintWith(
  { targets, name }: { readonly targets: Targets; readonly name: string | undefined },
  { plan }: Drop,
): Promise<string | undefined> {
  try {
    const target = await targets.open(name, mappingOfDrop(plan));
    await target.close();
    return target.identity.fingerprint;
  } catch (error) {
    // Tables that are not even there without the columns are those of another database.
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

function columnsDropped({ plan, finishedAt }: Drop, cause: OperatorError): OperatorError {
  const table = plan.columnDrop?.table ?? 'the file table';
  const columns = plan.columnDrop?.columns.map(({ name }) => name) ?? [];
  return new OperatorError('COLUMNS_DROPPED', {
    message: `Run ${plan.runId} dropped the columns that the migration added to ${table}${finishedAt === null ? '' : ` (${finishedAt})`}: without them no migration is recognised in this database, and none is left to roll back.`,
    hint: `See what it did with \`unwind runs show ${plan.runId}\`, and whether it still holds with \`unwind verify ${plan.runId}\`.`,
    details: { runId: plan.runId, target: plan.target.name, table, columns, finishedAt },
    cause,
  });
}

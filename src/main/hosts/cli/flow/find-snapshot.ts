import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { UnwindClient } from '../../engine/client.ts';

/**
 * Finds the snapshot or backup that an operator names: a whole id, or an unambiguous beginning of one.
 * @throws SNAPSHOT_NOT_FOUND
 * @throws USAGE_INVALID the beginning fits several; lists them.
 */
export async function findSnapshot(client: UnwindClient, name: string): Promise<string> {
  const { snapshots } = await client.snapshot.list({});
  const wanted = name.toLowerCase();
  const exact = snapshots.find(({ snapshotId }) => snapshotId.toLowerCase() === wanted);
  if (exact !== undefined) return exact.snapshotId;
  const matching = snapshots.filter(({ snapshotId }) =>
    snapshotId.toLowerCase().startsWith(wanted),
  );
  const [first, second] = matching;
  if (first === undefined) {
    throw new OperatorError('SNAPSHOT_NOT_FOUND', {
      message: `This workspace has neither a snapshot nor a backup whose name begins with "${name}".`,
      hint: 'See what there is with `unwind snapshots list`.',
      details: { snapshot: name },
    });
  }
  if (second === undefined) return first.snapshotId;
  throw new OperatorError('USAGE_INVALID', {
    message: `${String(matching.length)} snapshots and backups have names that begin with "${name}".`,
    hint: 'Type more of the name.',
    details: { snapshots: matching.map(({ snapshotId }) => snapshotId) },
  });
}

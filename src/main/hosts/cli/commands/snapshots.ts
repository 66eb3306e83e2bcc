import type { CommandContext, CommandResult } from '../command.ts';
import { findSnapshot } from '../flow/find-snapshot.ts';
import {
  renderSnapshot,
  renderSnapshots,
  renderSnapshotVerification,
} from '../render/snapshots.ts';
import { forDisplay } from '../visible.ts';

interface OneArgument {
  readonly args: readonly string[];
}

/** `unwind snapshots list`: the kept rows of the workspace, newest first. */
export async function runSnapshotsList(
  context: CommandContext,
): Promise<CommandResult<'snapshots list'>> {
  const { client } = await context.open();
  const { snapshots } = await client.snapshot.list({});
  return {
    exitCode: 0,
    text: renderSnapshots(context.terminal, forDisplay(snapshots)),
    document: { snapshots },
  };
}

/** `unwind snapshots show SNAPSHOT`: one of them. */
export async function runSnapshotsShow(
  context: CommandContext,
  { args }: OneArgument,
): Promise<CommandResult<'snapshots show'>> {
  const { client } = await context.open();
  const snapshotId = await findSnapshot(client, args[0] ?? '');
  const snapshot = await client.snapshot.get({ snapshotId });
  return {
    exitCode: 0,
    text: renderSnapshot(context.terminal, forDisplay(snapshot)),
    document: { snapshot },
  };
}

/** `unwind snapshots verify SNAPSHOT`: reads it to its last byte; for a damaged one it looks for alternates. */
export async function runSnapshotsVerify(
  context: CommandContext,
  { args }: OneArgument,
): Promise<CommandResult<'snapshots verify'>> {
  const { client } = await context.open();
  const snapshotId = await findSnapshot(client, args[0] ?? '');
  const found = await client.snapshot.verify({ snapshotId });
  return {
    exitCode: found.verification.result === 'sound' ? 0 : 9,
    text: renderSnapshotVerification(context.terminal, forDisplay(found)),
    document: found,
  };
}

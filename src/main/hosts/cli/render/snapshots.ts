import type {
  Alternate,
  SnapshotEntry,
  SnapshotVerification,
} from '../../../../shared/domain/snapshot.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, moment, orDash } from './format.ts';
import { renderFacts, renderTable } from './table.ts';

/** The list of kept rows, newest first. */
export function renderSnapshots(terminal: Terminal, snapshots: readonly SnapshotEntry[]): string {
  if (snapshots.length === 0) return 'No snapshot and no backup in this workspace yet.\n';
  return renderTable(terminal, {
    columns: [
      { title: 'snapshot', cells: 'whole' },
      { title: 'kind' },
      { title: 'target' },
      { title: 'taken' },
      { title: 'rows', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'last verified' },
    ],
    rows: snapshots.map((entry) => [
      entry.snapshotId,
      entry.kind,
      orDash(entry.targetName),
      moment(entry.takenAt),
      rowsOf(entry),
      bytes(entry.sizeBytes),
      entry.problem === null ? verificationInWords(entry.lastVerification) : 'cannot be read',
    ]),
  });
}

function rowsOf({ tables }: SnapshotEntry): string {
  const counts = tables.map(({ rowCount }) => rowCount).filter((rows) => rows !== null);
  return counts.length < tables.length ? '?' : count(counts.reduce((sum, rows) => sum + rows, 0));
}

function verificationInWords(verification: SnapshotVerification | null): string {
  if (verification === null) return 'never since it was taken';
  const { at, method, result } = verification;
  const how = method === 'hashes' ? 'hashes' : 'read to its end, no hash';
  return `${moment(at)}: ${result} (${how})`;
}

/** One snapshot or backup. */
export function renderSnapshot(terminal: Terminal, entry: SnapshotEntry): string {
  const { bold, red } = terminal.colors;
  const facts = renderFacts([
    ['id', entry.snapshotId],
    ['of run', orDash(entry.runId)],
    ['target', orDash(entry.targetName)],
    ['taken', moment(entry.takenAt)],
    ...entry.tables.map(
      ({ table, rowCount }) =>
        [table, rowCount === null ? 'not counted yet' : `${count(rowCount)} rows`] as const,
    ),
    ['size', bytes(entry.sizeBytes)],
    ['location', entry.location],
    ['verified', verificationInWords(entry.lastVerification)],
    ...(entry.lastVerification === null ? [] : [['found', entry.lastVerification.detail] as const]),
  ]);
  const problem = entry.problem === null ? '' : `  ${red('✕')} ${entry.problem}\n`;
  return `${bold(entry.kind === 'snapshot' ? 'Snapshot' : 'Backup')}\n${facts}${problem}`;
}

/** What a verification found, and what could stand in for a damaged snapshot. */
export function renderSnapshotVerification(
  terminal: Terminal,
  found: {
    readonly snapshot: SnapshotEntry;
    readonly verification: SnapshotVerification;
    readonly alternates: readonly Alternate[];
  },
): string {
  const { green, red, yellow, bold } = terminal.colors;
  const marks = {
    sound: green('✓ sound     '),
    damaged: red('✕ damaged   '),
    unreadable: yellow('? unreadable'),
  };
  const { snapshot, verification, alternates } = found;
  if (verification.result === 'sound') {
    const how =
      verification.method === 'hashes'
        ? 'every byte read, hashes equal'
        : 'every row read; a backup carries no hash that could prove its values';
    return `${green('✓ sound')}: ${snapshot.snapshotId}, ${how}\n  ${verification.detail}\n`;
  }
  const lines = alternates.map(
    (one) =>
      `  ${marks[one.verification.result]}  ${one.snapshot.snapshotId}  ${moment(one.snapshot.takenAt)}  ${one.verification.detail}\n`,
  );
  const sound = alternates.find((one) => one.verification.result === 'sound');
  const next =
    sound === undefined
      ? 'No other snapshot or backup of this target is sound. Put the rows together instead: unwind reconstruct\n'
      : `To plan with the sound one, which holds the rows of ${moment(sound.snapshot.takenAt)}: unwind restore ${sound.snapshot.snapshotId}\n`;
  return [
    `${verification.result === 'damaged' ? red('✕ DAMAGED') : yellow('? UNREADABLE')}: ${verification.detail}\n`,
    lines.length === 0 ? '' : `${bold('Tried instead, newest first')}\n${lines.join('')}`,
    next,
  ].join('');
}

import type { Held, HeldReason } from '../../../shared/domain/plan.ts';

const FIXES: Readonly<Record<HeldReason, string>> = {
  'original-missing':
    'Bring the original back to that place (the object still holds its content), then plan again.',
  'original-different':
    'Find out which content is right. Put the migrated content back as the original, or leave this file as it is.',
  'original-unknown':
    'Make the originals readable (UNWIND_ORIGINALS) and plan again, or accept what is unproved with --accept-unknown and a reason.',
  'object-overwritten':
    'The object may hold newer content than the original. Save it under the original first, or leave this file as it is.',
  'object-unknown':
    'Find out what the object holds; without a checksum nothing proves that it has a copy elsewhere.',
  'row-points-elsewhere':
    'Another process moved this row. Find out which one, and correct the tracking record by hand.',
  'row-claimed': 'Include the other record in the scope or release it, or leave this file to it.',
  'path-escapes':
    'Correct source_path in the tracking record: it must stay inside the originals folder.',
  'newer-object':
    'Newer data stands at the key. Move it away first if the undo shall win, then plan the undo again.',
  'row-moved':
    'Somebody changed the row after the rollback. Compare both versions and correct the row by hand.',
  'quarantine-missing':
    'The quarantine copy is gone. Restore the object from the original by migrating the file again.',
  'row-gone':
    'Unwind inserts no rows: what else the application made of this one is not known. Its values are in the snapshot and in the pack (`unwind pack`); insert it by hand.',
  'record-differs':
    'The id means another file by now. Compare both rows and correct by hand; the kept values are in the snapshot.',
  'object-missing':
    'Bring the object back first, by migrating the file again from its original, then plan the restore again.',
  'object-in-quarantine':
    'Use `unwind undo` of that run: it brings the object back first, then the row.',
  'values-unproved':
    'Look at the reconstruction (`unwind reconstruct`) and correct the row by hand, or find a snapshot that holds it.',
};

/** A held file: the reason, the fact that proves it, and what the operator can do. */
export function heldBecause(reason: HeldReason, detail: string): Held {
  return { reason, detail, fix: FIXES[reason] };
}

import type { ScopeMode } from '../../../shared/domain/scope.ts';
import type { ObjectReference } from '../ports/migration-database.ts';
import type { ContestedKey, StoredItem } from '../ports/run-file.ts';
import { heldBecause } from './held-reasons.ts';

const MIGRATED: ReadonlySet<string | null> = new Set(['completed', 'verified']);

/** Whether a reference is a record that keeps its file row as it is: all that counts in a plan of rows only, where no object goes. */
export function claimsFileRow({ table, status }: ObjectReference): boolean {
  return table === 'file_migrations' && MIGRATED.has(status);
}

/** Keeps an item exactly as it is, row and object. */
export function hold(item: StoredItem, held: NonNullable<StoredItem['held']>): StoredItem {
  return {
    ...item,
    verdict: 'held',
    held,
    rowAction: 'none',
    objectAction: 'none',
    after: item.before,
    rowState: 'none',
    objectState: 'none',
    quarantineKey: null,
  };
}

/** Holds an item whose file row also belongs to a record that the plan leaves alone: a migrated one outside it, or a held one. */
function holdClaimed(contested: ContestedKey, item: StoredItem): StoredItem {
  const claim = contested.references.find(
    (reference) => claimsFileRow(reference) && reference.fileId === item.fileId,
  );
  if (item.verdict !== 'change' || item.before.file === null) return item;
  if (claim !== undefined) {
    const detail = `record ${claim.id} (${String(claim.status)}) is outside the scope and serves the same file`;
    return hold(item, heldBecause('row-claimed', detail));
  }
  const other = contested.items.find((one) => one.verdict === 'held' && one.fileId === item.fileId);
  if (other === undefined) return item;
  const detail = `record ${other.recordId} is held (${String(other.held?.reason)}) and has the same row in files`;
  return hold(item, heldBecause('row-claimed', detail));
}

/** What keeps an object alive although some of the plan's rows let go of it; in words, empty when nothing does. */
function keepersOf(contested: ContestedKey, items: readonly StoredItem[]): readonly string[] {
  const outside = contested.references.map((reference) => `${reference.table} ${reference.id}`);
  const held = items
    .filter((item) => item.verdict === 'held')
    .map((item) => `record ${item.recordId} (held)`);
  return [...outside, ...held];
}

function withoutObject(
  item: StoredItem,
  change: Pick<StoredItem, 'objectAction' | 'objectDetail'>,
): StoredItem {
  const idle = item.rowAction === 'none';
  return {
    ...item,
    ...change,
    verdict: idle ? 'untouched' : item.verdict,
    objectState: 'none',
    quarantineKey: null,
  };
}

/** Lets each file row be changed by one item only: two records of one file would otherwise fight over it. */
export function oneChangePerFileRow(items: readonly StoredItem[]): readonly StoredItem[] {
  const owners = new Map<string, number>();
  return items.map((item) => {
    if (item.verdict !== 'change' || item.rowAction === 'none' || item.before.file === null)
      return item;
    const owner = item.fileId === null ? undefined : owners.get(item.fileId);
    if (owner === undefined) {
      if (item.fileId !== null) owners.set(item.fileId, item.seq);
      return item;
    }
    return {
      ...item,
      before: { ...item.before, file: null },
      after: { ...item.after, file: null },
    };
  });
}

/**
 * Settles what happens to an object that several things point at, and to the rows that share it. Pure.
 *
 * An object that a row outside the plan, or a held file, still needs stays (invariant 8); its in-scope rows are reset all the same.
 * Where every row lets go of it, one item removes it and the others say so. Returns the items as they shall be.
 */
export function settleSharedObject(
  contested: ContestedKey,
  mode: ScopeMode,
): readonly StoredItem[] {
  const claimed =
    mode === 'r2-only'
      ? contested.items
      : contested.items.map((item) => holdClaimed(contested, item));
  const items = oneChangePerFileRow(claimed);
  const keepers = keepersOf(contested, items);

  let remover: StoredItem | undefined;
  return items.map((item) => {
    if (item.objectAction !== 'quarantine-and-delete') return item;
    if (keepers.length > 0) {
      const shown = keepers.slice(0, 3).join(', ');
      const more = keepers.length > 3 ? ` and ${String(keepers.length - 3)} more` : '';
      return withoutObject(item, {
        objectAction: 'keep-shared',
        objectDetail: `stays: still needed by ${shown}${more}`,
      });
    }
    if (remover === undefined) {
      remover = item;
      return item;
    }
    return withoutObject(item, {
      objectAction: 'none',
      objectDetail: `removed with item ${String(remover.seq)}, which has the same object`,
    });
  });
}

import { assertNever } from '../../shared/domain/operator-error.ts';
import type { ItemGrouping } from '../../shared/domain/plan.ts';

/** What files are grouped by, as a noun. */
export const GROUPING_WORDS: Readonly<Record<ItemGrouping, string>> = {
  user: 'User',
  folder: 'Folder',
  batch: 'Batch',
};

/** The name of a group. */
export function groupName(by: ItemGrouping, value: string | null): string {
  switch (by) {
    case 'user':
      return value ?? 'no user';
    case 'folder':
      return value === '' ? 'top folder' : (value ?? 'no path');
    case 'batch':
      return value ?? 'no batch';
    default:
      return assertNever(by);
  }
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyFile } from '../../../../src/main/core/plan/classify-file.ts';
import type { StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import { type AnyFile, anyFile } from '../../../support/builders/arbitrary-facts.ts';
import { propertySettings } from '../../../support/migration/property-settings.ts';

const MIGRATED: readonly (string | null)[] = ['completed', 'verified'];

/** Holds `check` against many files and their items. */
function forAnyFile(check: (item: StoredItem, file: AnyFile) => void): void {
  fc.assert(
    fc.property(anyFile, (file) => {
      check(classifyFile(file.facts, 1, file.options), file);
    }),
    propertySettings({ runs: 2_000 }),
  );
}

describe('any file of a plan', () => {
  test('that is held keeps rows and object as they are', () => {
    forAnyFile((item) => {
      if (item.verdict !== 'held') return;
      expect(item).toMatchObject({
        rowAction: 'none',
        objectAction: 'none',
        rowState: 'none',
        objectState: 'none',
        quarantineKey: null,
      });
    });
  });

  test('is held exactly when there is a reason', () => {
    forAnyFile((item) => {
      expect(item.held !== null).toBe(item.verdict === 'held');
    });
  });

  test('keeps its values unless its row is reset', () => {
    forAnyFile((item) => {
      if (item.rowAction === 'none') expect(item.after).toEqual(item.before);
      else expect(item).toMatchObject({ verdict: 'change', after: { status: 'rolled_back' } });
    });
  });

  test('has a quarantine key exactly when its object goes', () => {
    forAnyFile((item) => {
      const goes = item.objectAction === 'quarantine-and-delete';
      expect(item.objectState).toBe(goes ? 'planned' : 'none');
      expect(item.quarantineKey).toBe(
        goes ? `.unwind-quarantine/run/${String(item.objectKey)}` : null,
      );
    });
  });

  test('changes nothing outside the mode that was asked for', () => {
    forAnyFile((item, { options }) => {
      if (options.mode === 'database-only') expect(item.objectAction).toBe('none');
      if (options.mode === 'r2-only') expect(item.rowAction).toBe('none');
    });
  });

  test('loses the object of a migrated record only to an original with that very content', () => {
    forAnyFile((item, { facts, options }) => {
      if (item.objectAction === 'none' || !MIGRATED.includes(facts.record.status)) return;
      if (options.acceptances.length > 0) return;
      const { original, objectHash } = facts;
      const kept = original?.state === 'present' ? original.hash : null;
      if (objectHash === null) expect(kept?.md5).toBe(item.object?.etag);
      else expect(kept?.sha256).toBe(objectHash.sha256);
    });
  });

  test('has its file row reset only when that row points at the object', () => {
    forAnyFile((item, { facts }) => {
      if (item.rowAction === 'none' || item.before.file === null) return;
      expect(facts.record.file?.r2Key).toBe(item.objectKey);
      expect(item.after.file).toMatchObject({ r2Key: null, checksum: null });
    });
  });
});

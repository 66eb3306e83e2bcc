import { describe, expect, test } from 'vitest';
import { safetyOf } from '../../../../src/renderer/shell/environment.ts';
import type { TargetEntry } from '../../../../src/shared/contract/target.ts';

const entry: TargetEntry = {
  name: 'prod',
  source: 'configuration',
  databaseKind: 'd1',
  bucket: null,
  environment: 'production',
  guard: 'read-only',
  isDefault: true,
};

describe('safety of a target', () => {
  test('is what its entry says', () => {
    expect(safetyOf('prod', [entry])).toEqual({ environment: 'production', guard: 'read-only' });
  });

  test('of one that is not listed any more is that of a real one, which takes the phrase', () => {
    expect(safetyOf('sandbox', [entry])).toEqual({ environment: 'unnamed', guard: 'phrase' });
  });
});

import { describe, expect, test } from 'vitest';
import { consentTo } from '../../../src/shared/consent.ts';
import type { PlanKind } from '../../../src/shared/domain/plan.ts';
import { GuardLevel } from '../../../src/shared/domain/target.ts';

describe('consent to a plan', () => {
  test.each<PlanKind>(['rollback', 'undo', 'restore'])(
    'that can be taken back (%s) is what the guard of the target asks for',
    (kind) => {
      expect(GuardLevel.options.map((level) => consentTo(kind, level))).toEqual(GuardLevel.options);
    },
  );

  test.each<PlanKind>(['purge', 'drop-columns'])(
    'that nothing takes back (%s) is typed, whatever the guard asks for',
    (kind) => {
      expect(GuardLevel.options.map((level) => consentTo(kind, level))).toEqual([
        'read-only',
        'phrase',
        'phrase',
        'phrase',
      ]);
    },
  );
});

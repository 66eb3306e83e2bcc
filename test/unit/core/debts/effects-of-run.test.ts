import { describe, expect, test } from 'vitest';
import { type EffectPlan, effectOf } from '../../../../src/main/core/debts/effects-of-run.ts';
import type { StoredItem } from '../../../../src/main/core/ports/run-file.ts';
import { Scope, type ScopeMode } from '../../../../src/shared/domain/scope.ts';
import { aHeldItem, anItem, anUntouchedItem } from '../../../support/builders/an-item.ts';

function plan(mode: ScopeMode, change: Partial<EffectPlan> = {}): EffectPlan {
  return { kind: 'rollback', subjectRunId: null, scope: Scope.parse({ mode }), ...change };
}

function inShort(about: EffectPlan, item: StoredItem): unknown {
  const effect = effectOf(about, item);
  return effect && [effect.row, effect.object, effect.opens];
}

const closing = { subjectRunId: '01JD000000000000000000000A' };
const rowOnly = { objectAction: 'none', objectState: 'none' } as const;
const objectOnly = { rowAction: 'none', rowState: 'none' } as const;

describe('the effect of a run on debts', () => {
  test('of rows only is an object left open for each row that was reset', () => {
    const done = anItem({ ...rowOnly, rowState: 'done' });

    expect(inShort(plan('database-only'), done)).toEqual(['reset', 'none', 'orphan-objects']);
    expect(inShort(plan('database-only'), { ...done, rowState: 'drifted' })).toBeUndefined();
    expect(inShort(plan('database-only'), { ...done, objectKey: null })).toBeUndefined();
  });

  test('of objects only is a row left open for each object that went', () => {
    const done = anItem({ ...objectOnly, objectState: 'done' });
    const wasReset = { ...done, before: { ...done.before, status: 'rolled_back' } };

    expect(inShort(plan('r2-only'), done)).toEqual(['none', 'removed', 'dangling-rows']);
    expect(inShort(plan('r2-only'), wasReset)).toEqual(['none', 'removed', null]);
    expect(inShort(plan('r2-only'), aHeldItem())).toBeUndefined();
  });

  test('of both halves leaves nothing open', () => {
    const done = anItem({ rowState: 'done', objectState: 'done' });

    expect(inShort(plan('both'), done)).toEqual(['reset', 'removed', null]);
  });

  test('of an undo is what came back', () => {
    const planned = anItem({ rowState: 'done', objectState: 'done' });
    const done = { ...planned, before: planned.after, after: planned.before };

    expect(inShort(plan('both', { kind: 'undo', ...closing }), done)).toEqual([
      'restored',
      'restored',
      null,
    ]);
    expect(inShort(plan('both', { kind: 'purge', ...closing }), done)).toBeUndefined();
  });

  test('of a restore is the half that its rows were given', () => {
    const planned = anItem({ rowState: 'done', objectState: 'none', objectAction: 'none' });
    const toMigrated = { ...planned, before: planned.after, after: planned.before };

    expect(inShort(plan('both', { kind: 'restore' }), toMigrated)).toEqual([
      'restored',
      'none',
      null,
    ]);
    expect(inShort(plan('both', { kind: 'restore' }), planned)).toEqual(['reset', 'none', null]);
  });

  test('of a plan that closes a debt is what it found settled, and nothing that it only plans', () => {
    const gone = anUntouchedItem({ object: null });
    const shared = anUntouchedItem({ objectAction: 'keep-shared' });

    expect(inShort(plan('r2-only', closing), gone)).toEqual(['none', 'removed', null]);
    expect(inShort(plan('r2-only', closing), shared)).toEqual(['none', 'kept', null]);
    expect(inShort(plan('r2-only', closing), anUntouchedItem())).toBeUndefined();
    expect(inShort(plan('database-only', closing), gone)).toEqual(['reset', 'none', null]);
    expect(inShort(plan('r2-only', closing), anItem(objectOnly))).toBeUndefined();
    expect(inShort(plan('r2-only', closing), aHeldItem({ object: null }))).toBeUndefined();
  });
});

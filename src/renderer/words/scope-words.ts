import type { Scope, ScopeMode } from '../../shared/domain/scope.ts';
import { sentenceCase } from '../format/sentence-case.ts';

/** A scope as the composer holds it: every field is there, empty text means "not set". */
export interface ScopeDraft {
  readonly batchId: string;
  readonly userId: string;
  readonly failedOnly: boolean;
  readonly full: boolean;
  readonly startDate: string;
  readonly endDate: string;
  readonly mode: ScopeMode;
}

export const EMPTY_DRAFT: ScopeDraft = {
  batchId: '',
  userId: '',
  failedOnly: false,
  full: false,
  startDate: '',
  endDate: '',
  mode: 'both',
};

/** Reads a draft from the address of the page, so that other pages can prefill the composer. */
export function draftFromSearch(search: URLSearchParams): ScopeDraft {
  const mode = search.get('mode');
  return {
    batchId: search.get('batch') ?? '',
    userId: search.get('user') ?? '',
    failedOnly: search.get('failed') === 'yes',
    full: search.get('full') === 'yes',
    startDate: search.get('from') ?? '',
    endDate: search.get('to') ?? '',
    mode: mode === 'database-only' || mode === 'r2-only' ? mode : 'both',
  };
}

/** The address of the composer with this scope filled in. */
export function composerHref(scope: Partial<Scope>): string {
  const search = new URLSearchParams();
  if (scope.batchId !== undefined) search.set('batch', scope.batchId);
  if (scope.userId !== undefined) search.set('user', scope.userId);
  if (scope.failedOnly === true) search.set('failed', 'yes');
  if (scope.full === true) search.set('full', 'yes');
  if (scope.startDate !== undefined) search.set('from', scope.startDate);
  if (scope.endDate !== undefined) search.set('to', scope.endDate);
  if (scope.mode !== undefined && scope.mode !== 'both') search.set('mode', scope.mode);
  const text = search.toString();
  return text === '' ? '/plan' : `/plan?${text}`;
}

/** The scope that the draft stands for; "everything" leaves the other selectors out. */
export function scopeOf(draft: ScopeDraft): Scope {
  const selectors = draft.full
    ? {}
    : {
        ...(draft.batchId.trim() === '' ? {} : { batchId: draft.batchId.trim() }),
        ...(draft.userId.trim() === '' ? {} : { userId: draft.userId.trim() }),
      };
  return {
    ...selectors,
    failedOnly: draft.full ? false : draft.failedOnly,
    full: draft.full,
    ...(draft.startDate === '' ? {} : { startDate: draft.startDate }),
    ...(draft.endDate === '' ? {} : { endDate: draft.endDate }),
    mode: draft.mode,
  };
}

/** What keeps the draft from being planned, or `null`. */
export function draftFault(draft: ScopeDraft): string | null {
  const chosen = draft.full || draft.batchId.trim() !== '' || draft.userId.trim() !== '';
  const narrowed = draft.failedOnly || draft.startDate !== '' || draft.endDate !== '';
  if (!chosen && !narrowed) return 'Choose a batch, a user, failed records, dates, or everything.';
  if (draft.startDate !== '' && draft.endDate !== '' && draft.endDate < draft.startDate) {
    return 'The last day is before the first day.';
  }
  return null;
}

/** The scope in words: "Batch b-1, failed records only, rows and objects". */
export function scopeInWords(draft: ScopeDraft): string {
  const scope = scopeOf(draft);
  const parts: string[] = [];
  if (scope.full) parts.push('Everything');
  if (scope.batchId !== undefined) parts.push(`Batch ${scope.batchId}`);
  if (scope.userId !== undefined) parts.push(`User ${scope.userId}`);
  if (scope.failedOnly) parts.push('failed records only');
  parts.push(...dateWords(scope), MODE_WORDS[scope.mode]);
  return sentenceCase(parts.join(', '));
}

function dateWords(scope: Scope): string[] {
  const { startDate, endDate } = scope;
  if (startDate !== undefined && endDate !== undefined) return [`${startDate} to ${endDate}`];
  if (startDate !== undefined) return [`from ${startDate}`];
  if (endDate !== undefined) return [`until ${endDate}`];
  return [];
}

const MODE_WORDS: Record<ScopeMode, string> = {
  both: 'rows and objects',
  'database-only': 'rows only',
  'r2-only': 'objects only',
};

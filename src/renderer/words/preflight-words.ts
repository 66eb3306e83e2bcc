import type { PreflightGroup, PreflightReport } from '../../shared/domain/preflight.ts';
import type { ScopeMode } from '../../shared/domain/scope.ts';
import { countText } from '../format/count.ts';
import type { Tone } from './tone.ts';

/** Names of the groups, as titles. */
export const GROUP_TITLES: Readonly<Record<PreflightGroup, string>> = {
  configuration: 'Configuration',
  database: 'Database',
  bucket: 'Bucket',
  originals: 'Originals',
  workspace: 'Workspace',
};

/** What a preflight came to: its tone, its verdict, and the figures behind it. */
export function verdictWords(report: Pick<PreflightReport, 'counts' | 'result'>): {
  readonly tone: Tone;
  readonly verdict: string;
  readonly figures: string;
} {
  const { counts, result } = report;
  const warnings = `${countText(counts.warning)} ${counts.warning === 1 ? 'warning' : 'warnings'}`;
  const figures = [
    `${countText(counts.ok)} OK`,
    warnings,
    `${countText(counts.failed)} failed`,
    `${countText(counts.skipped)} skipped`,
  ].join(' · ');
  switch (result) {
    case 'ready':
      return { tone: 'done', verdict: 'Ready for a rollback', figures };
    case 'warnings':
      return { tone: 'held', verdict: `Ready for a rollback, with ${warnings}`, figures };
    case 'not-ready':
      return { tone: 'failed', verdict: 'Not ready for a rollback', figures };
  }
}

/** The CLI command that looks at the same. */
export function preflightCommand(mode: ScopeMode): string {
  return mode === 'both' ? 'unwind preflight' : `unwind preflight --${mode}`;
}

import type { Proof } from '../../../../shared/domain/plan.ts';
import type { RunState, VerificationCheck } from '../../../../shared/domain/run.ts';
import type { Colors } from '../terminal.ts';
import type { Cell } from './table.ts';

type Tone = 'good' | 'bad' | 'unsure' | 'neutral';

/** The colour of a tone. Never the only sign: a mark or a word always goes with it. */
export function paint(colors: Colors, tone: Tone): (text: string) => string {
  switch (tone) {
    case 'good':
      return colors.green;
    case 'bad':
      return colors.red;
    case 'unsure':
      return colors.yellow;
    case 'neutral':
      return colors.dim;
  }
}

const proofMarks: Record<Proof, { readonly mark: string; readonly tone: Tone }> = {
  proved: { mark: '✓', tone: 'good' },
  disproved: { mark: '✕', tone: 'bad' },
  unknown: { mark: '?', tone: 'unsure' },
  'not-needed': { mark: '-', tone: 'neutral' },
};

/** What the marks mean; goes under a table that uses them. */
export const proofLegend = '✓ proved   ✕ disproved   ? not known   - not needed';

/** A proof as a mark with its detail. */
export function proofCell(
  colors: Colors,
  truth: { readonly proof: Proof; readonly detail: string },
): Cell {
  const { mark, tone } = proofMarks[truth.proof];
  const text = truth.detail === '' ? mark : `${mark} ${truth.detail}`;
  return { text, paint: paint(colors, tone) };
}

const stateTones: Record<RunState, Tone> = {
  planned: 'neutral',
  running: 'unsure',
  interrupted: 'bad',
  stopped: 'unsure',
  'at-checkpoint': 'unsure',
  failed: 'bad',
  partial: 'unsure',
  succeeded: 'good',
};

/** The state of a run as a coloured word. */
export function stateCell(colors: Colors, state: RunState): Cell {
  return { text: state, paint: paint(colors, stateTones[state]) };
}

/** The mark of one check of a verification. */
export function checkMark(colors: Colors, result: VerificationCheck['result']): string {
  if (result === 'passed') return colors.green('✓');
  return result === 'failed' ? colors.red('✕') : colors.yellow('·');
}

import {
  IconCheck,
  IconMinus,
  IconQuestionMark,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Proof } from '../../shared/domain/plan.ts';
import type { Tone } from '../words/tone.ts';
import { Mark } from './mark.tsx';

const LOOKS: Record<
  Proof,
  { readonly tone: Tone; readonly icon: TablerIcon; readonly word: string }
> = {
  proved: { tone: 'done', icon: IconCheck, word: 'proved' },
  disproved: { tone: 'failed', icon: IconX, word: 'disproved' },
  unknown: { tone: 'held', icon: IconQuestionMark, word: 'unknown' },
  'not-needed': { tone: 'idle', icon: IconMinus, word: 'not needed' },
};

/** Three-valued truth: proved, disproved or unknown; `detail` says how that is known. */
export function ProofMark(props: { readonly proof: Proof; readonly detail: string }) {
  const look = LOOKS[props.proof];
  return <Mark {...look} title={props.detail} />;
}

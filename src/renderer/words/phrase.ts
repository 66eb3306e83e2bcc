/** How what was typed compares with the phrase: the same, on its way there, or different from some character on. */
export type PhraseMatch =
  | { readonly kind: 'empty' }
  | { readonly kind: 'matches' }
  | { readonly kind: 'so-far'; readonly left: number }
  /** `at` counts characters from 1. */
  | { readonly kind: 'differs'; readonly at: number };

/** Compares character by character; spaces and case count. */
export function comparePhrase(typed: string, phrase: string): PhraseMatch {
  if (typed === '') return { kind: 'empty' };
  if (typed === phrase) return { kind: 'matches' };
  if (phrase.startsWith(typed)) return { kind: 'so-far', left: phrase.length - typed.length };
  let same = 0;
  while (same < phrase.length && typed[same] === phrase[same]) same += 1;
  return { kind: 'differs', at: same + 1 };
}

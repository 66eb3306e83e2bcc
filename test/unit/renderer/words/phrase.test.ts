import { describe, expect, test } from 'vitest';
import { comparePhrase } from '../../../../src/renderer/words/phrase.ts';

const PHRASE = 'roll back 212 files on sandbox';

describe('confirmation phrase', () => {
  test('matches only when every character is the same', () => {
    expect(comparePhrase(PHRASE, PHRASE)).toEqual({ kind: 'matches' });
  });

  test.each([
    [`${PHRASE} `, 31],
    ['Roll back 212 files on sandbox', 1],
    ['roll back 213 files on sandbox', 13],
    [' roll back 212 files on sandbox', 1],
  ])('does not match %j', (typed, at) => {
    expect(comparePhrase(typed, PHRASE)).toEqual({ kind: 'differs', at });
  });

  test('says how much is left while it is right so far', () => {
    expect(comparePhrase('roll back', PHRASE)).toEqual({ kind: 'so-far', left: 21 });
  });

  test('says nothing before anything is typed', () => {
    expect(comparePhrase('', PHRASE)).toEqual({ kind: 'empty' });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byUtf8Bytes } from '../../../../src/main/core/plan/gather-facts.ts';
import { propertySettings } from '../../../support/migration/property-settings.ts';

/** Text around the places where UTF-16 order and byte order part: below, in and above the surrogates. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', 'z', '\uD7FF', '\uE000', '\uFFFF', '\u{10000}', '\u{10FFFF}', 'é'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('order of object keys', () => {
  test('is that of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(byUtf8Bytes(left, right))).toBe(expected);
      }),
      propertySettings({ runs: 5_000 }),
    );
  });

  test('puts a character beyond the BMP after every one within, unlike JavaScript', () => {
    expect(['\u{10000}', '\uFFFF'].toSorted(byUtf8Bytes)).toEqual(['\uFFFF', '\u{10000}']);
    expect(['\u{10000}', '\uFFFF'].toSorted()).toEqual(['\u{10000}', '\uFFFF']);
  });

  test('puts a key before those that it begins', () => {
    expect(['a/b', 'a', 'a/'].toSorted(byUtf8Bytes)).toEqual(['a', 'a/', 'a/b']);
  });
});

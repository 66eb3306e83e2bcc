import { describe, expect, test } from 'vitest';
import { bytesText, exactBytesText } from '../../../../src/renderer/format/bytes.ts';
import { countOf, countText } from '../../../../src/renderer/format/count.ts';
import {
  betweenMs,
  durationText,
  shortDurationText,
} from '../../../../src/renderer/format/duration.ts';
import { sentenceCase } from '../../../../src/renderer/format/sentence-case.ts';
import { shortDigest, splitPath, tailOf } from '../../../../src/renderer/format/shorten.ts';
import { absoluteTime, relativeTime } from '../../../../src/renderer/format/time.ts';

describe('count', () => {
  test('has thousands separators', () => {
    expect(countText(1_234_567)).toBe('1,234,567');
  });

  test('agrees with its noun', () => {
    expect([countOf(0, 'file'), countOf(1, 'file'), countOf(4_212, 'file')]).toEqual([
      '0 files',
      '1 file',
      '4,212 files',
    ]);
  });

  test('takes a plural that is not made with an s', () => {
    expect(countOf(2, 'entry', 'entries')).toBe('2 entries');
  });
});

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KiB'],
    [1_536, '1.5 KiB'],
    [327_155_712, '312 MiB'],
    [1_048_575, '1.0 MiB'],
    [2_412_345_678_901, '2.2 TiB'],
  ])('writes %i as %s', (sizeBytes, text) => {
    expect(bytesText(sizeBytes)).toBe(text);
  });

  test('keep the exact figure', () => {
    expect(exactBytesText(1_536)).toBe('1,536 bytes');
  });
});

describe('duration', () => {
  test.each([
    [-5, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [252_000, '4 m 12 s'],
    [7_500_000, '2 h 5 m'],
    [273_600_000, '3 d 4 h'],
  ])('of %i ms is %s', (durationMs, text) => {
    expect(durationText(durationMs)).toBe(text);
  });

  test('lies between two times', () => {
    expect(betweenMs('2026-11-21T03:13:00.000Z', '2026-11-21T03:13:06.500Z')).toBe(6_500);
  });
});

describe('time', () => {
  test('is absolute with its zone', () => {
    expect(absoluteTime('2026-11-21T03:12:44.123Z')).toBe('2026-11-21 03:12:44 UTC');
  });

  test('is left as it is when it cannot be read', () => {
    expect(absoluteTime('yesterday')).toBe('yesterday');
    expect(relativeTime('yesterday', 0)).toBe('');
  });

  test.each([
    ['2026-11-21T03:12:14Z', 'just now'],
    ['2026-11-21T03:11:54Z', '1 minute ago'],
    ['2026-11-21T01:12:44Z', '2 hours ago'],
    ['2026-11-18T03:12:44Z', '3 days ago'],
    ['2026-08-21T03:12:44Z', '3 months ago'],
    ['2024-11-03T03:12:44Z', '2 years ago'],
    ['2026-11-21T05:12:44Z', 'in 2 hours'],
  ])('%s is said as "%s"', (iso, text) => {
    expect(relativeTime(iso, Date.parse('2026-11-21T03:12:44Z'))).toBe(text);
  });
});

describe('short form', () => {
  test('of a digest is its start', () => {
    expect(shortDigest('ef7d5a06760158011db4')).toBe('ef7d5a067601');
  });

  test('of a path keeps the end, from a slash on where it can', () => {
    expect(tailOf('/srv/files-api/state/v3/d1/db.sqlite', 20)).toBe('…/v3/d1/db.sqlite');
    expect(tailOf('/d1/db.sqlite', 20)).toBe('/d1/db.sqlite');
    expect(tailOf('abcdefghijklmnop', 6)).toBe('…lmnop');
  });

  test('of a path tells name and folder apart', () => {
    expect(splitPath('uploads/a/x.pdf')).toEqual({ name: 'x.pdf', folder: 'uploads/a' });
    expect(splitPath('x.pdf')).toEqual({ name: 'x.pdf', folder: '' });
  });

  test('begins with a capital in a heading', () => {
    expect(sentenceCase('every migration')).toBe('Every migration');
  });
});

describe('a short duration', () => {
  test.each([
    [0, '0 s'],
    [340, '0.3 s'],
    [12_400, '12 s'],
    [252_000, '4 m 12 s'],
  ])('of %d ms is %s', (durationMs, text) => {
    expect(shortDurationText(durationMs)).toBe(text);
  });
});

import { describe, expect, test } from 'vitest';
import { parseAcceptances, parseScope } from '../../../src/main/hosts/cli/scope-options.ts';

describe('scope options', () => {
  test('combine every selector of the reference', () => {
    const scope = parseScope({
      batchId: 'B1',
      userId: 'u1',
      failedOnly: true,
      startDate: '2026-01-01',
      endDate: '2026-01-31',
      databaseOnly: true,
    });

    expect(scope).toEqual({
      batchId: 'B1',
      userId: 'u1',
      failedOnly: true,
      full: false,
      startDate: '2026-01-01',
      endDate: '2026-01-31',
      mode: 'database-only',
    });
  });

  test('take a single day as start and end', () => {
    expect(parseScope({ startDate: '2026-01-01', endDate: '2026-01-01' })).toMatchObject({
      startDate: '2026-01-01',
    });
  });

  test('name the option that is not accepted', () => {
    expect(() => parseScope({ startDate: '01.02.2026' })).toThrow(/^--start-date "01.02.2026"/);
    expect(() => parseScope({ batchId: '' })).toThrow(/^--batch-id ""/);
  });

  test('turn accepted risks into acceptances with their reason', () => {
    const acceptances = parseAcceptances({
      acceptUnknown: ' share is down ',
      acceptTriggers: 'audit only',
      acceptBlastRadius: 'agreed with the owner',
    });

    expect(acceptances).toEqual([
      { code: 'unknown-originals', reason: 'share is down' },
      { code: 'triggers', reason: 'audit only' },
      { code: 'blast-radius', reason: 'agreed with the owner' },
    ]);
  });
});

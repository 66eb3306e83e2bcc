import { describe, expect, test } from 'vitest';
import { openD1Database } from '../../../src/main/adapters/d1/d1-database.ts';
import { Scope } from '../../../src/shared/domain/scope.ts';
import { aFileRow, aRecordRow, type Row } from '../../conformance/migration-rows.ts';
import { aD1File, schemaWith } from '../../support/d1/d1-file.ts';

const moment = Date.parse('2024-06-01T12:30:45.678Z');

describe('time of a run', () => {
  test.for([
    ['SQL text', '2024-01-15 10:00:00', '2024-06-01 12:30:45'],
    ['SQL text with milliseconds', '2024-01-15 10:00:00.250', '2024-06-01 12:30:45.678'],
    ['ISO text', '2024-01-15T10:00:00Z', '2024-06-01T12:30:45Z'],
    ['ISO text with milliseconds', '2024-01-15T10:00:00.250Z', '2024-06-01T12:30:45.678Z'],
    ['ISO text with an offset', '2024-01-15T10:00:00+02:00', '2024-06-01T12:30:45+00:00'],
    ['microseconds without a zone', '2024-01-15T10:00:00.250123', '2024-06-01T12:30:45.678000'],
    ['Unix seconds', 1705312800, '1717245045'],
    ['Unix milliseconds', 1705312800250, '1717245045678'],
    ['Julian days', 2460325.5, '2460463.021362014'],
    ['anything else', 'yesterday', '2024-06-01 12:30:45'],
  ] as const)('is written as the column is: %s', async ([, stored, expected]) => {
    const file = aD1File();
    file.insert('file_migrations', [aRecordRow('1', { completed_at: stored })]);
    const writer = await openD1Database({ path: file.path }).openWriter();

    const time = await writer.formatTime(moment, 'record');

    await writer.close();
    expect(time.slice(0, expected.length)).toBe(expected);
  });

  test('is written as most of the newest times are', async () => {
    const file = aD1File();
    const iso = '2024-01-15T10:00:00Z';
    file.insert('file_migrations', [
      aRecordRow('1', { completed_at: '2024-01-15 10:00:00' }),
      aRecordRow('2', { completed_at: iso }),
    ]);
    file.insert('files', [aFileRow('1', { updated_at: iso }), aFileRow('2', { updated_at: null })]);
    const writer = await openD1Database({ path: file.path }).openWriter();

    expect(await writer.formatTime(moment, 'record')).toBe('2024-06-01T12:30:45Z');
    await writer.close();
  });
});

describe('days of a scope', () => {
  async function idsWithin(
    days: Partial<Scope>,
    { rows, type }: { readonly rows: readonly Row[]; readonly type: string },
  ): Promise<string[]> {
    const file = aD1File({ schema: schemaWith('started_at', type) });
    file.insert('file_migrations', rows);
    const reader = await openD1Database({ path: file.path }).openReader();
    const selector = { scope: Scope.parse(days), include: 'all' } as const;
    const page = await reader.pageRecords(selector, { offset: 0, limit: 99 });
    await reader.close();
    return page.map(({ recordId }) => recordId);
  }

  test.for([
    [
      'SQL text',
      'DATETIME',
      '2024-01-14 23:59:59',
      '2024-01-15 00:00:00',
      '2024-01-16 23:59:59.999',
      '2024-01-17 00:00:00',
    ],
    [
      'ISO text',
      'TEXT',
      '2024-01-14T23:59:59.999Z',
      '2024-01-15T00:00:00Z',
      '2024-01-16T23:59:59Z',
      '2024-01-17T00:00:00Z',
    ],
    [
      'zones',
      'TEXT',
      '2024-01-15T01:00:00+02:00',
      '2024-01-15T02:00:00+02:00',
      '2024-01-17T00:59:59+01:00',
      '2024-01-16T23:00:00-01:00',
    ],
    ['Unix seconds', 'DATETIME', 1705276799, 1705276800, 1705449599, 1705449600],
    ['Unix seconds as text', 'TEXT', '1705276799', '1705276800', '1705449599', '1705449600'],
    ['Unix milliseconds', 'INTEGER', 1705276799999, 1705276800000, 1705449599999, 1705449600000],
    ['Julian days', 'REAL', 2460324.49999, 2460324.5, 2460326.49999, 2460326.5],
  ] as const)('include both ends in UTC: %s', async ([, type, tooEarly, first, last, tooLate]) => {
    const rows = [tooEarly, first, last, tooLate].map((started_at, index) =>
      aRecordRow(String(index), { started_at }),
    );

    const days = { startDate: '2024-01-15', endDate: '2024-01-16' };
    expect(await idsWithin(days, { rows, type })).toEqual(['1', '2']);
  });

  test('leave out a record whose time is no time', async () => {
    const rows = ['now', '12:00', '', 'soon'].map((started_at, index) =>
      aRecordRow(String(index), { started_at, created_at: null }),
    );

    expect(await idsWithin({ startDate: '0001-01-01' }, { rows, type: 'TEXT' })).toEqual([]);
  });
});

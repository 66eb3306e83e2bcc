import { describe, expect, test } from 'vitest';
import type { BatchChange, RowChange } from '../../src/main/core/ports/migration-database.ts';
import type { BatchValues, RowValues } from '../../src/shared/domain/plan.ts';
import { aBatchRow, aFileRow, aRecordRow } from './migration-rows.ts';
import type { Subject } from './migration-subject.ts';

const stamp = '2024-06-01 12:00:00';

function before(id: string): RowValues {
  return {
    status: 'completed',
    completedAt: '2024-01-15 10:00:00',
    file: {
      r2Key: `files/${id}`,
      checksum: `migrated-${id}`,
      updatedAt: '2024-01-15 10:00:01',
      marks: null,
    },
  };
}

const after: RowValues = {
  status: 'rolled_back',
  completedAt: stamp,
  file: { r2Key: null, checksum: null, updatedAt: stamp, marks: null },
};

/** The reset of record `id` and its file, as a rollback plans it. */
function aReset(id: string): RowChange {
  return { recordId: id, fileId: `f-${id}`, before: before(id), after };
}

async function withFiles(subject: Subject, ids: readonly string[]): Promise<void> {
  await subject.insert(
    'file_migrations',
    ids.map((id) => aRecordRow(id)),
  );
  await subject.insert(
    'files',
    ids.map((id) => aFileRow(id)),
  );
}

async function valuesOf(subject: Subject, id: string): Promise<RowValues | undefined> {
  const reader = await subject.openReader();
  return (await reader.readRows([{ recordId: id, fileId: `f-${id}` }])).get(id);
}

export function describeWriter(subject: () => Subject): void {
  describe('writer', () => {
    test('changes a record and its file row, and nothing else of them or of others', async () => {
      await withFiles(subject(), ['1', '2']);
      const writer = await subject().openWriter();

      const results = await writer.applyRowChanges([aReset('1')]);

      expect(results).toEqual([{ recordId: '1', result: 'applied', found: null }]);
      const reader = await subject().openReader();
      expect(await reader.readFullRows('file_migrations', ['1', '2'])).toEqual([
        { ...aRecordRow('1'), file_size: 1234, status: 'rolled_back', completed_at: stamp },
        { ...aRecordRow('2'), file_size: 1234 },
      ]);
      expect(await reader.readFullRows('files', ['f-1', 'f-2'])).toEqual([
        aFileRow('1', { r2_key: null, checksum: null, updated_at: stamp }),
        aFileRow('2'),
      ]);
    });

    test('is foretold by SQL that does the same, whatever the values hold', async () => {
      const odd = `it's "?" $1 \\ SET  AND`;
      await subject().insert('file_migrations', [aRecordRow(odd), aRecordRow('2')]);
      await subject().insert('files', [aFileRow(odd, { checksum: odd }), aFileRow('2')]);
      const change = {
        ...aReset(odd),
        before: { ...before(odd), file: { ...before(odd).file, checksum: odd } },
      } as RowChange;
      const reader = await subject().openReader();

      const statements = await reader.previewRowChange(change);
      expect(statements).toHaveLength(2);
      for (const statement of statements) await subject().execute(statement);

      expect(await valuesOf(subject(), odd)).toEqual(after);
      expect(await valuesOf(subject(), '2')).toEqual(before('2'));
      const rowsOnly = { ...change, before: { ...change.before, file: null } };
      expect(
        await reader.previewRowChange({ ...rowsOnly, after: { ...after, file: null } }),
      ).toHaveLength(1);
    });

    test('leaves the file row alone where the change is not about it', async () => {
      await withFiles(subject(), ['1']);
      const writer = await subject().openWriter();

      const results = await writer.applyRowChanges([
        { ...aReset('1'), before: { ...before('1'), file: null }, after: { ...after, file: null } },
      ]);

      expect(results).toMatchObject([{ result: 'applied' }]);
      expect(await valuesOf(subject(), '1')).toEqual({ ...after, file: before('1').file });
    });

    test.for([
      ['status', "UPDATE file_migrations SET status = 'failed'"],
      ['status, by case', "UPDATE file_migrations SET status = 'COMPLETED'"],
      ['completed_at', 'UPDATE file_migrations SET completed_at = NULL'],
      ['r2_key', "UPDATE files SET r2_key = 'files/newer'"],
      ['r2_key, empty', "UPDATE files SET r2_key = ''"],
      ['checksum', 'UPDATE files SET checksum = NULL'],
      ['updated_at', "UPDATE files SET updated_at = '2024-01-15 10:00:02'"],
      ['the file row, gone', 'DELETE FROM files'],
    ] as const)(
      'meets a conflict on %s, writes neither row and says what it found',
      async ([, drift]) => {
        await withFiles(subject(), ['1']);
        await subject().execute(drift);
        const drifted = await valuesOf(subject(), '1');
        const writer = await subject().openWriter();

        const results = await writer.applyRowChanges([aReset('1')]);

        expect(results).toEqual([{ recordId: '1', result: 'conflict', found: drifted }]);
        expect(await valuesOf(subject(), '1')).toEqual(drifted);
      },
    );

    test('meets a conflict on a record that is gone and leaves its file row', async () => {
      await withFiles(subject(), ['1']);
      await subject().execute('DELETE FROM file_migrations');
      const writer = await subject().openWriter();

      const results = await writer.applyRowChanges([aReset('1')]);

      expect(results).toEqual([{ recordId: '1', result: 'conflict', found: null }]);
      const reader = await subject().openReader();
      expect(await reader.readFullRows('files', ['f-1'])).toEqual([aFileRow('1')]);
    });

    test('takes NULL and the empty text for two different values', async () => {
      await withFiles(subject(), ['1']);
      await subject().execute("UPDATE files SET checksum = ''");
      const writer = await subject().openWriter();
      const expectingNull = { ...before('1'), file: { ...aFileBefore('1'), checksum: null } };
      const expectingEmpty = { ...before('1'), file: { ...aFileBefore('1'), checksum: '' } };

      const change = aReset('1');
      const results = [
        ...(await writer.applyRowChanges([{ ...change, before: expectingNull }])),
        ...(await writer.applyRowChanges([{ ...change, before: expectingEmpty }])),
      ];

      expect(results.map(({ result }) => result)).toEqual(['conflict', 'applied']);
    });

    test('leaves a conflict out of a chunk and applies the others, answering in order', async () => {
      await withFiles(subject(), ['1', '2', '3']);
      await subject().execute("UPDATE files SET checksum = 'x' WHERE id = 'f-2'");
      const writer = await subject().openWriter();

      const results = await writer.applyRowChanges(['1', '2', '3'].map(aReset));

      expect(results.map(({ recordId, result }) => [recordId, result])).toEqual([
        ['1', 'applied'],
        ['2', 'conflict'],
        ['3', 'applied'],
      ]);
      expect(await valuesOf(subject(), '3')).toEqual(after);
    });

    test('takes a change back exactly when before and after are exchanged', async () => {
      await withFiles(subject(), ['1']);
      const original = await valuesOf(subject(), '1');
      const writer = await subject().openWriter();

      await writer.applyRowChanges([aReset('1')]);
      const results = await writer.applyRowChanges([
        { ...aReset('1'), before: after, after: before('1') },
      ]);

      expect(results).toMatchObject([{ result: 'applied' }]);
      expect(await valuesOf(subject(), '1')).toEqual(original);
    });

    test('applies the same change once: the second time is a conflict that finds it done', async () => {
      await withFiles(subject(), ['1']);
      const writer = await subject().openWriter();

      await writer.applyRowChanges([aReset('1')]);

      expect(await writer.applyRowChanges([aReset('1')])).toEqual([
        { recordId: '1', result: 'conflict', found: after },
      ]);
    });

    test('applies 5,000 changes in one chunk', async () => {
      const ids = Array.from({ length: 5000 }, (_, index) => String(index));
      await withFiles(subject(), ids);
      const writer = await subject().openWriter();

      const results = await writer.applyRowChanges(ids.map(aReset));

      expect(results.every(({ result }) => result === 'applied')).toBe(true);
      expect(await valuesOf(subject(), '4999')).toEqual(after);
    });

    test('applies nothing of an empty chunk', async () => {
      const writer = await subject().openWriter();

      expect(await writer.applyRowChanges([])).toEqual([]);
      expect(await writer.applyBatchChanges([])).toEqual([]);
    });

    test('formats a time so that it reads back as it was written', async () => {
      await withFiles(subject(), ['1']);
      const writer = await subject().openWriter();

      const time = await writer.formatTime(Date.parse('2024-06-01T12:00:00Z'), 'record');
      await writer.applyRowChanges([{ ...aReset('1'), after: { ...after, completedAt: time } }]);

      expect(time).toBe('2024-06-01 12:00:00');
      expect(await valuesOf(subject(), '1')).toMatchObject({ completedAt: time });
    });

    describeTriggers(subject);
    describeBatchChanges(subject);
  });
}

function aFileBefore(id: string): NonNullable<RowValues['file']> {
  return {
    r2Key: `files/${id}`,
    checksum: `migrated-${id}`,
    updatedAt: '2024-01-15 10:00:01',
    marks: null,
  };
}

function describeTriggers(subject: () => Subject): void {
  test('applies changes under a trigger that leaves the rows alone', async () => {
    await withFiles(subject(), ['1']);
    await subject().createHarmlessUpdateTrigger('files', 'note_update');
    const writer = await subject().openWriter();

    expect(await writer.applyRowChanges([aReset('1')])).toMatchObject([{ result: 'applied' }]);
  });

  test('writes nothing of a chunk when a trigger changes a row further', async () => {
    await withFiles(subject(), ['1', '2']);
    await subject().createTouchingTrigger('touch');
    const writer = await subject().openWriter();

    await expect(writer.applyRowChanges(['1', '2'].map(aReset))).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
      details: { recordId: '1', triggers: ['files.touch'] },
    });
    expect(await valuesOf(subject(), '1')).toEqual(before('1'));
    expect(await valuesOf(subject(), '2')).toEqual(before('2'));
  });

  test('goes on with the same session after a chunk that failed', async () => {
    await withFiles(subject(), ['1']);
    await subject().createTouchingTrigger('touch');
    const writer = await subject().openWriter();
    await expect(writer.applyRowChanges([aReset('1')])).rejects.toMatchObject({
      code: 'DATABASE_FAILED',
    });

    await subject().dropTrigger('touch', 'files');

    expect(await writer.applyRowChanges([aReset('1')])).toMatchObject([{ result: 'applied' }]);
  });
}

function describeBatchChanges(subject: () => Subject): void {
  const stored: BatchValues = {
    completedFiles: 1,
    failedFiles: 0,
    verifiedFiles: 0,
    status: 'completed',
    completedAt: '2024-01-15 11:00:00',
  };
  const change: BatchChange = {
    batchId: 'b1',
    before: stored,
    after: { ...stored, completedFiles: 0, failedFiles: null, status: 'rolled_back' },
  };

  test('changes the counters and the status of a batch, and nothing else', async () => {
    await subject().insert('migration_batches', [aBatchRow('b1'), aBatchRow('b2')]);
    const writer = await subject().openWriter();

    const results = await writer.applyBatchChanges([change]);

    expect(results).toEqual([{ batchId: 'b1', result: 'applied' }]);
    const reader = await subject().openReader();
    expect(Object.fromEntries(await reader.readBatchValues(['b1', 'b2']))).toEqual({
      b1: change.after,
      b2: stored,
    });
  });

  test.for([
    ['completed_files', 'completed_files = 2'],
    ['failed_files', 'failed_files = NULL'],
    ['verified_files', 'verified_files = 1'],
    ['status', "status = 'processing'"],
    ['completed_at', 'completed_at = NULL'],
  ] as const)('meets a conflict on %s of a batch and writes nothing of it', async ([, drift]) => {
    await subject().insert('migration_batches', [aBatchRow('b1'), aBatchRow('b2')]);
    await subject().execute(`UPDATE migration_batches SET ${drift} WHERE batch_id = 'b1'`);
    const reader = await subject().openReader();
    const drifted = await reader.readBatchValues(['b1']);
    const writer = await subject().openWriter();

    const results = await writer.applyBatchChanges([change, { ...change, batchId: 'b2' }]);

    expect(results.map(({ result }) => result)).toEqual(['conflict', 'applied']);
    expect(await reader.readBatchValues(['b1'])).toEqual(drifted);
  });

  test('meets a conflict on a batch without a row', async () => {
    const writer = await subject().openWriter();

    expect(await writer.applyBatchChanges([change])).toEqual([
      { batchId: 'b1', result: 'conflict' },
    ]);
  });
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type JsonElement,
  readJsonElements,
} from '../../../src/main/adapters/snapshots/json-elements.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += size) {
    await Promise.resolve();
    yield text.slice(start, start + size);
  }
}

async function read(text: string, size = text.length || 1) {
  const elements: JsonElement[] = [];
  const head = await readJsonElements(chunksOf(text, size), (element) => elements.push(element));
  return { head, elements };
}

const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null));
const row = fc.dictionary(fc.string({ unit: 'binary' }), cell);
const file = fc.record({
  run_id: fc.string({ unit: 'binary' }),
  about: row,
  files: fc.array(row),
  file_migrations: fc.array(row),
  nested: fc.constant([[1, [2]], { a: [] }]),
});

describe('elements of a JSON file', () => {
  test('are those of every array, however it is indented and wherever a chunk ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 9 }),
        async (value, indent, size) => {
          const { head, elements } = await read(JSON.stringify(value, null, indent), size);

          expect(head).toEqual({ run_id: value.run_id });
          for (const field of ['files', 'file_migrations', 'nested'] as const) {
            const own = elements.filter((element) => element.field === field);
            expect(own.map(({ json }) => JSON.parse(json) as unknown)).toEqual(value[field]);
          }
        },
      ),
    );
  });

  test('are refused wherever the file was cut off', async () => {
    const whole = JSON.stringify({ run_id: 'x', files: [{ id: 'a"]}' }, { id: '\\' }] });

    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.slice(0, length))).rejects.toThrow(SyntaxError);
    }
  });

  test.each(['[]', '"x"', '12', '{}{}', '{} x', '{"a" 1}', '{1: 2}', '{"a": }x'])(
    'are refused in %j, which is no object alone',
    async (text) => {
      await expect(read(text)).rejects.toThrow(SyntaxError);
    },
  );
});

import { describe, expect, test } from 'vitest';
import { parseStages, stageWords } from '../../../src/main/hosts/cli/stage-options.ts';

describe('options of stages', () => {
  test('ask for nothing when they are left out', () => {
    expect(parseStages({})).toEqual([]);
    expect(stageWords({})).toEqual([]);
  });

  test('name the checkpoint of a canary, or let the operator name it', () => {
    expect(parseStages({ canary: 20 })).toEqual([{ files: 20, checkpoint: 'after-canary' }]);
    expect(parseStages({ canary: 20, checkpointName: 'seen-by-ada' })).toEqual([
      { files: 20, checkpoint: 'seen-by-ada' },
    ]);
  });

  test('take sizes with commas between them, and the rest', () => {
    expect(parseStages({ stages: '20, 200,rest', checkpointName: 'first' })).toEqual([
      { files: 20, checkpoint: 'first' },
      { files: 200 },
    ]);
  });

  test('come back as words for a command that does the same', () => {
    const options = { stages: '20, 200, rest', checkpointName: 'first' };

    expect(stageWords(options)).toEqual(['--stages', '20,200,rest', '--checkpoint-name', 'first']);
    expect(stageWords({ canary: 7 })).toEqual(['--canary', '7']);
  });

  test.each([
    [{ canary: 5, stages: '5,rest' }, 'exclude each other'],
    [{ checkpointName: 'alone' }, 'there are no stages'],
    [{ stages: '20,200' }, '"rest" at the end'],
    [{ stages: 'rest' }, '"rest" at the end'],
    [{ stages: '0,rest' }, '"rest" at the end'],
    [{ stages: '1.5,rest' }, '"rest" at the end'],
    [{ stages: '20,many,rest' }, '"rest" at the end'],
    [{ canary: 5, checkpointName: 'After Canary' }, 'is no name for a checkpoint'],
  ])('are refused: %o', (options, message) => {
    expect(() => parseStages(options)).toThrow(message);
  });
});

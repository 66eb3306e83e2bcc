import { describe, expect, test, vi } from 'vitest';
import { awaitEnd } from '../../../src/main/hosts/web/await-end.ts';
import { listenForSignals } from '../../../src/main/hosts/web/signals.ts';

describe('browser door › end', () => {
  test('ends at the first signal when nothing runs', async () => {
    const end = anEnd({ runs: [[]] });

    end.signal();

    expect(await end.decided).toEqual([]);
    expect(end.asked).toEqual([]);
  });

  test('asks while a run is going, and stops it on yes', async () => {
    const end = anEnd({ runs: [['R1']], answers: ['yes'] });

    end.signal();

    expect(await end.decided).toEqual(['R1']);
    expect(end.said[0]).toContain('Run R1 is going');
    expect(end.asked[0]).toContain('safe boundary');
  });

  test('goes on after a no, and asks again at the next signal', async () => {
    const end = anEnd({ runs: [['R1'], ['R1']], answers: ['no', 'yes'] });

    end.signal();
    await vi.waitFor(() => {
      expect(end.said).toContain('Going on.');
    });
    end.signal();

    expect(await end.decided).toEqual(['R1']);
    expect(end.asked).toHaveLength(2);
  });

  test('stops without an answer at a second signal', async () => {
    const end = anEnd({ runs: [['R1']], answers: ['never'] });

    end.signal();
    end.signal();

    expect(await end.decided).toEqual(['R1']);
  });

  test('takes a signal as consent where nobody can be asked', async () => {
    const end = anEnd({ runs: [['R1']], answers: undefined });

    end.signal();

    expect(await end.decided).toEqual(['R1']);
  });
});

describe('signals', () => {
  test('keeps a signal that came before anybody waited for it', async () => {
    const signals = listenForSignals();

    process.emit('SIGTERM');

    await signals.next();
    signals.release();
  });

  test('gives the signals back when released', () => {
    const before = process.listenerCount('SIGINT');
    const signals = listenForSignals();

    signals.release();

    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

type AnswerWord = 'yes' | 'no' | 'never';

/** A console that is asked to end: what runs at each look, and what the operator answers (`undefined`: no terminal). */
function anEnd(script: { runs: string[][]; answers?: AnswerWord[] | undefined }) {
  const waiters: (() => void)[] = [];
  let early = 0;
  const said: string[] = [];
  const asked: string[] = [];
  const answers = [...(script.answers ?? [])];
  const ask = (question: string) => {
    asked.push(question);
    const answer = answers.shift();
    return answer === 'never'
      ? new Promise<boolean>(() => undefined)
      : Promise.resolve(answer === 'yes');
  };
  const next = () => {
    if (early === 0) return new Promise<void>((resolve) => waiters.push(resolve));
    early -= 1;
    return Promise.resolve();
  };
  const decided = awaitEnd({
    signals: { next, release: () => undefined },
    activeRunIds: () => Promise.resolve(script.runs.shift() ?? []),
    say: (line) => said.push(line),
    ask: script.answers === undefined && 'answers' in script ? undefined : ask,
  });
  const signal = () => {
    const waiter = waiters.shift();
    if (waiter === undefined) early += 1;
    else waiter();
  };
  return { decided, said, asked, signal };
}

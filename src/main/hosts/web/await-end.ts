import type { Signals } from './signals.ts';

/** What the decision to end a console depends on. */
export interface EndQuestion {
  readonly signals: Signals;
  readonly activeRunIds: () => Promise<readonly string[]>;
  readonly say: (line: string) => void;
  /** Asks the operator on the terminal; `undefined` where there is none, and a signal is then consent. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
}

/**
 * Returns once the console is to end, with the runs that must be stopped for it.
 *
 * While a run is going the first signal asks; a second one, before the answer, stops without asking. A "no" waits on.
 */
export async function awaitEnd(end: EndQuestion): Promise<readonly string[]> {
  let signal = end.signals.next();
  for (;;) {
    await signal;
    signal = end.signals.next();
    const runIds = await end.activeRunIds();
    if (runIds.length === 0 || (await isConsent({ end, runIds, second: signal }))) return runIds;
    end.say('Going on.');
  }
}

async function isConsent(asked: {
  readonly end: EndQuestion;
  readonly runIds: readonly string[];
  readonly second: Promise<void>;
}): Promise<boolean> {
  const { end, runIds, second } = asked;
  end.say(`Run ${runIds.join(', ')} is going.`);
  if (end.ask === undefined) return true;
  const asking = new AbortController();
  const answer = end.ask('Stop it at a safe boundary and end the console? [y/N] ', asking.signal);
  const consents = await Promise.race([second.then(() => true), answer]);
  asking.abort();
  return consents;
}

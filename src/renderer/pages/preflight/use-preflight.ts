import { useEffect, useState } from 'react';
import type { PreflightLine, PreflightReport } from '../../../shared/domain/preflight.ts';
import type { ScopeMode } from '../../../shared/domain/scope.ts';
import { client, connection } from '../../client.ts';

/** A preflight as far as it has come. `report` is there once it has ended. */
export interface PreflightView {
  readonly lines: readonly PreflightLine[];
  readonly report: PreflightReport | undefined;
  /** What kept it from ending; what was found before stays. */
  readonly error: unknown;
}

const NOTHING: PreflightView = { lines: [], report: undefined, error: null };

interface Subject {
  /** Left out: there is none, and what is said about that is worth showing. */
  readonly target: string | undefined;
  readonly mode: ScopeMode;
  readonly isKnown: boolean;
}

/** Looks at the target when the page opens, when the subject changes, and when asked again. Leaving the page stops it. */
export function usePreflight(subject: Subject): {
  readonly view: PreflightView;
  readonly again: () => void;
} {
  const { target, mode, isKnown } = subject;
  const [view, setView] = useState<PreflightView>(NOTHING);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!isKnown) return undefined;
    const controller = new AbortController();
    void follow({
      target,
      mode,
      signal: controller.signal,
      onChange: (change) => {
        if (!controller.signal.aborted) setView(change);
      },
    });
    return () => {
      controller.abort();
      setView(NOTHING);
    };
  }, [target, mode, isKnown, attempt]);

  return {
    view,
    again: () => {
      setAttempt((before) => before + 1);
    },
  };
}

async function follow(listener: {
  readonly target: string | undefined;
  readonly mode: ScopeMode;
  readonly signal: AbortSignal;
  readonly onChange: (change: (view: PreflightView) => PreflightView) => void;
}): Promise<void> {
  const { target, mode, signal, onChange } = listener;
  const input = { mode, ...(target === undefined ? {} : { target }) };
  try {
    await connection.whenOnline(signal);
    for await (const event of await client.preflight.run(input, { signal })) {
      onChange((view) =>
        event.kind === 'finished'
          ? { ...view, report: event.report }
          : { ...view, lines: [...view.lines, event.line] },
      );
    }
  } catch (error) {
    onChange((view) => ({ ...view, error }));
  }
}

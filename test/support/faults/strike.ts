/** How long a fault lasts: the call that meets it fails alone, or every later one fails with it. */
export type Lasting = 'once' | 'for good';

/**
 * Decides which of the calls that a fault could meet is met, SQLite's way: the N-th. Counts all of them, so that an untouched run tells
 * how many there are.
 */
export interface Strike {
  /** Names of the calls that the fault could have met, in order. */
  readonly seen: readonly string[];
  /** Names of the calls that it met. */
  readonly met: readonly string[];
  /** Counts a call; true when it has to fail. */
  meets(call: string): boolean;
}

/** Meets the call with this number, from 1. */
export function strikeAt(number: number, lasting: Lasting): Strike {
  const seen: string[] = [];
  const met: string[] = [];
  return {
    seen,
    met,
    meets: (call) => {
      seen.push(call);
      const isMet = lasting === 'once' ? seen.length === number : seen.length >= number;
      if (isMet) met.push(call);
      return isMet;
    },
  };
}

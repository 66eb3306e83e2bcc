/** A speed at which a run may go. */
interface Speed {
  readonly niceRatio: number;
  readonly name: string;
  readonly help: string;
}

/** The speeds that the console offers, the fastest first. */
export const SPEEDS: readonly Speed[] = [
  { niceRatio: 0, name: 'Full', help: 'one chunk after the other' },
  { niceRatio: 1, name: 'Half', help: 'rests as long as each chunk takes' },
  { niceRatio: 3, name: 'A quarter', help: 'rests three times as long' },
  { niceRatio: 9, name: 'A tenth', help: 'rests nine times as long' },
];

/** Name of a speed; the CLI may have set one that the console does not offer. */
export function speedOf(niceRatio: number): string {
  const known = SPEEDS.find((speed) => speed.niceRatio === niceRatio);
  return known?.name ?? `1/${String(niceRatio + 1)}`;
}

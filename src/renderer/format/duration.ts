/** A duration in its two largest units: `0 s`, `12 s`, `4 m 12 s`, `2 h 5 m`, `3 d 4 h`. Rounds down. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} m ${String(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${String(hours)} h ${String(minutes % 60)} m`;
  return `${String(Math.floor(hours / 24))} d ${String(hours % 24)} h`;
}

/** As `durationText`, with tenths below ten seconds, where whole seconds would say too little: `0.3 s`. */
export function shortDurationText(durationMs: number): string {
  if (durationMs <= 0 || durationMs >= 10_000) return durationText(durationMs);
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/** Milliseconds between two ISO times. */
export function betweenMs(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}

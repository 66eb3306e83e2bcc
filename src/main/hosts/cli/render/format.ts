/** A number with thousands separators. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A number with its noun: `1 file`, `2 files`. */
export function countOf(value: number, noun: string): string {
  return `${count(value)} ${value === 1 ? noun : `${noun}s`}`;
}

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A size in IEC units, as the console shows it: `12.3 MiB`. */
export function bytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${String(sizeBytes)} B`;
  const power = Math.min(Math.floor(Math.log2(sizeBytes) / 10), units.length);
  return `${(sizeBytes / 1024 ** power).toFixed(1)} ${units[power - 1] ?? ''}`;
}

/** A duration: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 05 min`. */
export function duration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${String(Math.round(seconds))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${pad(Math.floor(seconds % 60))} s`;
  return `${String(Math.floor(minutes / 60))} h ${pad(minutes % 60)} min`;
}

/** A moment for people: `2026-08-01 12:30:00 UTC`; `-` for none. */
export function moment(iso: string | null): string {
  return iso === null ? '-' : `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** The text, or `-` where there is none. */
export function orDash(text: string | null): string {
  return text ?? '-';
}

/** Shortens from the middle, where paths and keys differ least. `width` counts characters. */
export function shorten(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  const tail = width - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

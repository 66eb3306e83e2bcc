const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A size in IEC units: `12.3 MiB`. */
export function bytesInWords(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${String(sizeBytes)} B`;
  const power = Math.min(Math.floor(Math.log2(sizeBytes) / 10), UNITS.length);
  return `${(sizeBytes / 1024 ** power).toFixed(1)} ${UNITS[power - 1] ?? ''}`;
}

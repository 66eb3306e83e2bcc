import { countOf } from './count.ts';

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A size in IEC units with one decimal below 100: `0 B`, `1.5 KiB`, `312 MiB`. */
export function bytesText(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${String(sizeBytes)} B`;
  let value = sizeBytes / 1024;
  let unitIndex = 0;
  // 1023.95 and up would be written "1024.0": the next unit says it.
  while (value >= 1023.95 && unitIndex < units.length - 1) {
    value /= 1024;
    unitIndex += 1;
  }
  const digits = value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unitIndex] ?? 'PiB'}`;
}

/** The exact figure, for hover: `1,536 bytes`. */
export function exactBytesText(sizeBytes: number): string {
  return countOf(sizeBytes, 'byte');
}

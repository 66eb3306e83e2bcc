/** Bytes in one of each unit: decimal as disks are sold, binary as memory is. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes that `text` says, e.g. `1048576`, `500 MB`, `1.5GiB`; rounded down. `undefined`: it says no size, or none that a number holds exactly. */
export function parseByteSize(text: string): number | undefined {
  const parts = /^(\d{1,15}(?:\.\d{1,6})?)\s?([a-z]*)$/i.exec(text);
  const unit = UNITS[(parts?.[2] ?? '').toLowerCase()];
  if (parts === null || unit === undefined) return undefined;
  const bytes = Math.floor(Number(parts[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

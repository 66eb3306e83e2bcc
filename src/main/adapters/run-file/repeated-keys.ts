/** Notices whether any key comes twice, without keeping the keys. */
export interface RepeatedKeys {
  add(key: string): void;
  /** False: no key came twice. True: one did, or, very rarely, two keys look alike here. */
  found(): boolean;
}

const FIRST_SLOTS = 1 << 12;

/**
 * Keeps 64 bits of hash for each key in an open-addressing table: 16 bytes a key at most, where a `Set` of a million keys takes
 * two hundred megabytes.
 */
export function createRepeatedKeys(): RepeatedKeys {
  let slots = FIRST_SLOTS;
  let table = new Uint32Array(slots * 2);
  let used = 0;
  let repeated = false;

  /** Puts a hash where it belongs; tells whether it was there. */
  function put(low: number, high: number): boolean {
    for (let slot = low & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const storedLow = table[slot * 2];
      const storedHigh = table[slot * 2 + 1];
      if (storedLow === low && storedHigh === high) return true;
      if (storedLow === 0 && storedHigh === 0) {
        table[slot * 2] = low;
        table[slot * 2 + 1] = high;
        return false;
      }
    }
  }

  function grow(): void {
    const old = table;
    slots *= 2;
    table = new Uint32Array(slots * 2);
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at] ?? 0;
      const high = old[at + 1] ?? 0;
      if (low !== 0 || high !== 0) put(low, high);
    }
  }

  return {
    add: (key) => {
      if (repeated) return;
      if (used * 2 >= slots) grow();
      const [low, high] = hashOf(key);
      repeated = put(low, high);
      used += 1;
    },
    found: () => repeated,
  };
}

/** Two FNV-1a hashes of different bases over the UTF-16 units; never both 0, which marks an empty slot. */
function hashOf(key: string): readonly [low: number, high: number] {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x5bd1e995);
    high ^= high >>> 15;
  }
  return [low >>> 0 || 1, high >>> 0];
}

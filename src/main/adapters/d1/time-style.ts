import type { Connection } from './connection.ts';

/** How the time columns of a database are written. */
export type TimeStyle =
  | { readonly kind: 'unix-seconds' }
  | { readonly kind: 'unix-milliseconds' }
  | { readonly kind: 'julian-day' }
  | {
      readonly kind: 'text';
      readonly separator: ' ' | 'T';
      /** Digits after the second: 0, 3 or 6. */
      readonly fractionDigits: number;
      readonly zone: '' | 'Z' | '+00:00';
    };

const sampleSize = 20;
const dayMs = 86_400_000;
/** The Julian day of 1970-01-01T00:00Z. */
const julianEpoch = 2_440_587.5;
const sqlStyle: TimeStyle = { kind: 'text', separator: ' ', fractionDigits: 0, zone: '' };

/**
 * Finds how this database writes times from the newest values of the columns that a rollback stamps: the style most of
 * them have. SQL's `YYYY-MM-DD HH:MM:SS` (UTC) where there are none.
 */
export function findTimeStyle(connection: Connection): TimeStyle {
  const counts = new Map<string, number>();
  for (const value of newestTimes(connection)) {
    const style = styleOf(value);
    if (style === undefined) continue;
    const name = JSON.stringify(style);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [mostUsed] = [...counts].sort(([, a], [, b]) => b - a);
  return mostUsed === undefined ? sqlStyle : (JSON.parse(mostUsed[0]) as TimeStyle);
}

/** Writes a moment in the given style, in UTC. */
export function formatMoment(epochMs: number, style: TimeStyle): string {
  switch (style.kind) {
    case 'unix-seconds':
      return String(Math.floor(epochMs / 1000));
    case 'unix-milliseconds':
      return String(epochMs);
    case 'julian-day':
      return String(julianEpoch + epochMs / dayMs);
    case 'text': {
      const iso = new Date(epochMs).toISOString();
      const fraction = style.fractionDigits === 0 ? '' : `.${iso.slice(20, 23)}`;
      const padding = '0'.repeat(Math.max(0, style.fractionDigits - 3));
      const date = iso.slice(0, 10);
      const time = iso.slice(11, 19);
      return `${date}${style.separator}${time}${fraction}${padding}${style.zone}`;
    }
  }
}

/** The style of one value; `undefined` for what is not a time as far as one can see. */
function styleOf(value: string): TimeStyle | undefined {
  if (/^\d{9,11}$/.test(value)) return { kind: 'unix-seconds' };
  if (/^\d{12,14}$/.test(value)) return { kind: 'unix-milliseconds' };
  if (/^\d{7}\.\d+$/.test(value)) return { kind: 'julian-day' };
  const text = /^\d{4}-\d\d-\d\d([ T])\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(value);
  if (text === null) return undefined;
  const digits = (text[2] ?? '.').length - 1;
  const zone = text[3] ?? '';
  return {
    kind: 'text',
    separator: text[1] === 'T' ? 'T' : ' ',
    fractionDigits: digits === 0 ? 0 : digits <= 3 ? 3 : 6,
    zone: zone === '' || zone === 'Z' ? zone : '+00:00',
  };
}

function newestTimes(connection: Connection): readonly string[] {
  return connection
    .prepare<[number, number], string>(
      `SELECT CAST(t AS TEXT) FROM (
         SELECT * FROM (SELECT completed_at AS t FROM file_migrations
           WHERE completed_at IS NOT NULL ORDER BY 1 DESC LIMIT ?)
         UNION ALL
         SELECT * FROM (SELECT updated_at FROM files
           WHERE updated_at IS NOT NULL ORDER BY 1 DESC LIMIT ?))`,
    )
    .pluck()
    .all(sampleSize, sampleSize);
}

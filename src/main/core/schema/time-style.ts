/** How a column writes times that the database itself does not know as times. */
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

const dayMs = 86_400_000;
/** The Julian day of 1970-01-01T00:00Z. */
const julianEpoch = 2_440_587.5;

/** SQL's `YYYY-MM-DD HH:MM:SS`, in UTC: the style where no value tells of another. */
export const sqlTimeStyle: TimeStyle = {
  kind: 'text',
  separator: ' ',
  fractionDigits: 0,
  zone: '',
};

/** The style that most of `values` are written in; `undefined` when none of them is a time as far as one can see. */
export function mostUsedStyle(values: readonly string[]): TimeStyle | undefined {
  const counts = new Map<string, { readonly style: TimeStyle; count: number }>();
  for (const value of values) {
    const style = styleOf(value);
    if (style === undefined) continue;
    const name = JSON.stringify(style);
    const known = counts.get(name);
    if (known === undefined) counts.set(name, { style, count: 1 });
    else known.count += 1;
  }
  const [mostUsed] = [...counts.values()].toSorted((a, b) => b.count - a.count);
  return mostUsed?.style;
}

/** Writes a moment (milliseconds since 1970) in the given style, in UTC. */
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

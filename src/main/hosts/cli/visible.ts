/**
 * Control characters, and those that turn the reading direction. A file name may hold them, and a terminal would obey: it
 * would show another name, another line or another colour than the one that is about to be changed.
 */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Makes characters that a terminal would act upon visible, as `\u{…}`. */
export function visible(text: string): string {
  return text.replace(unsafe, escapeOne);
}

/** Like `visible`, but keeps line breaks; for texts that we wrote ourselves around a value. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** A copy of a value with every text in it made `visible`. What renderers get. */
export function forDisplay<Value>(value: Value): Value {
  return mapTexts(value) as Value;
}

function mapTexts(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each)]));
}

function escapeOne(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u{${code.toString(16)}}`;
}

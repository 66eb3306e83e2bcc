import { createHash } from 'node:crypto';
import type { ConfigValue } from '../../../shared/contract/target.ts';
import type { FoundValue, Layer } from './layers.ts';
import { definitionOf, isHttpUrl, SETTING_NAMES, type SettingName } from './settings.ts';

/** Shorter values are not redacted: they would blank out ordinary words, and protect nothing. */
const shortestRedacted = 4;

/** Lists what must never be printed: the secrets, their percent-encoded forms, and the R2 secret that a token gives. */
export function secretValuesOf(layers: readonly Layer[]): readonly string[] {
  const values = new Set<string>();
  for (const layer of layers) {
    for (const [name, { value }] of layer) {
      if (value === null) continue;
      for (const secret of secretsIn(name, value))
        values.add(secret).add(encodeURIComponent(secret));
    }
  }
  return [...values].filter((value) => value.length >= shortestRedacted);
}

/** Turns settings into what `config show` prints: secrets as `set`, user names and passwords in URLs masked. */
export function toConfigValues(values: Layer): ConfigValue[] {
  return SETTING_NAMES.map((name) => {
    const { secret } = definitionOf(name);
    const found = values.get(name);
    if (found === undefined) return { name, value: null, source: 'not-set', origin: null, secret };
    return {
      name,
      value: shown(found, secret),
      source: found.source,
      origin: found.origin,
      secret,
      ...warningOf(name, values),
    };
  });
}

/** A mode that libpq calls `require` and that anybody in between can answer. */
function warningOf(name: SettingName, values: Layer): { readonly warning?: string } {
  const isUnchecked =
    name === 'POSTGRES_SSLMODE' &&
    values.get(name)?.value === 'require' &&
    !values.has('POSTGRES_SSLROOTCERT');
  return isUnchecked
    ? { warning: 'UNSAFE: encrypts, but does not check who answers; use verify-full' }
    : {};
}

function shown(found: FoundValue, secret: boolean): string | null {
  if (found.value === null) return null;
  if (secret) return 'set';
  if (!isHttpUrl(found.value)) return found.value;
  const url = new URL(found.value);
  if (url.username === '' && url.password === '') return found.value;
  url.username = '***';
  url.password = '';
  return url.href;
}

function secretsIn(name: SettingName, value: string): readonly string[] {
  if (name === 'CLOUDFLARE_API_TOKEN') {
    return [value, createHash('sha256').update(value).digest('hex')];
  }
  if (definitionOf(name).secret) return [value];
  if (!isHttpUrl(value)) return [];
  const { password } = new URL(value);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

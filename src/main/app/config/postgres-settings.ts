import { isIP } from 'node:net';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import { defaultLimits } from '../../adapters/postgres/connection.ts';
import { durationText, parseDurationMs } from './duration.ts';
import type { FoundValue, Layer } from './layers.ts';
import { type SettingName, SslMode } from './settings.ts';
import type { PostgresSettings } from './types.ts';

/** Adds what a PostgreSQL target has when nothing says otherwise. */
export function withPostgresDefaults(given: Layer): Layer {
  const values = new Map<SettingName, FoundValue>(given);
  const byDefault = (name: SettingName, value: string): void => {
    if (!values.has(name)) values.set(name, { value, source: 'default', origin: null });
  };
  byDefault('POSTGRES_HOST', 'localhost');
  byDefault('POSTGRES_PORT', '5432');
  byDefault('POSTGRES_APPNAME', 'unwind');
  byDefault('POSTGRES_CONNECT_TIMEOUT', durationText(defaultLimits.connectTimeoutMs));
  byDefault('POSTGRES_LOCK_TIMEOUT', durationText(defaultLimits.lockTimeoutMs));
  byDefault('POSTGRES_IDLE_TIMEOUT', durationText(defaultLimits.idleInTransactionTimeoutMs));
  // For people only, and no duration: one value would count for reads and writes alike.
  byDefault(
    'POSTGRES_STATEMENT_TIMEOUT',
    `${durationText(defaultLimits.writeStatementTimeoutMs)} (writes), ${durationText(defaultLimits.readStatementTimeoutMs)} (reads)`,
  );
  byDefault(
    'POSTGRES_SSLMODE',
    isThisMachine(values.get('POSTGRES_HOST')?.value ?? '') ? 'disable' : 'verify-full',
  );
  return values;
}

/**
 * Gives the values of a PostgreSQL target their types.
 * @throws {CONFIG_INVALID} when its password could travel to another machine unprotected, or TLS settings contradict each other.
 */
export function toPostgresSettings(target: string, values: Layer): PostgresSettings {
  const text = (name: SettingName): string | null => values.get(name)?.value ?? null;
  const ms = (name: SettingName): number | null => parseDurationMs(text(name) ?? '') ?? null;
  return {
    host: text('POSTGRES_HOST') ?? 'localhost',
    port: Number(text('POSTGRES_PORT') ?? '5432'),
    database: text('POSTGRES_DB'),
    user: text('POSTGRES_USER'),
    password: text('POSTGRES_PASSWORD'),
    tlsMode: tlsModeOf(target, values),
    rootCertificate: text('POSTGRES_SSLROOTCERT'),
    clientCertificate: text('POSTGRES_SSLCERT'),
    clientKey: text('POSTGRES_SSLKEY'),
    searchPath: text('POSTGRES_SCHEMA'),
    applicationName: text('POSTGRES_APPNAME') ?? 'unwind',
    serverOptions: text('POSTGRES_OPTIONS'),
    connectTimeoutMs: ms('POSTGRES_CONNECT_TIMEOUT'),
    statementTimeoutMs: ms('POSTGRES_STATEMENT_TIMEOUT'),
    lockTimeoutMs: ms('POSTGRES_LOCK_TIMEOUT'),
    idleTimeoutMs: ms('POSTGRES_IDLE_TIMEOUT'),
  };
}

function tlsModeOf(target: string, values: Layer): PostgresSettings['tlsMode'] {
  const found = values.get('POSTGRES_SSLMODE');
  const mode = SslMode.catch('verify-full').parse(found?.value);
  const host = values.get('POSTGRES_HOST')?.value ?? '';
  const authority = values.get('POSTGRES_SSLROOTCERT')?.value ?? null;
  switch (mode) {
    case 'disable':
    case 'allow':
    case 'prefer':
      if (isThisMachine(host)) return 'none';
      throw unprotected({ target, mode, host, origin: found?.origin ?? null });
    case 'require':
      if (authority === 'system') throw systemNeedsVerification(target, mode);
      // As libpq does: who names an authority wants it to be asked.
      return authority === null ? 'encrypted' : 'verify-ca';
    case 'verify-ca':
      // Everybody can get a certificate from a public authority: without the host name it says nothing.
      if (authority === 'system') throw systemNeedsVerification(target, mode);
      return 'verify-ca';
    case 'verify-full':
      return 'verify-full';
  }
}

/** Whether `host` is a socket or an address that no packet leaves the machine for. */
function isThisMachine(host: string): boolean {
  if (host.startsWith('/') || host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function unprotected(found: {
  readonly target: string;
  readonly mode: SslMode;
  readonly host: string;
  readonly origin: string | null;
}): OperatorError {
  const origin = found.origin ?? 'POSTGRES_SSLMODE';
  return new OperatorError('CONFIG_INVALID', {
    message: `The target "${found.target}" would connect to ${found.host} with sslmode ${found.mode} (from ${origin}): everything, the rows and perhaps the password, could travel unprotected.`,
    hint: 'Set POSTGRES_SSLMODE to verify-full, with POSTGRES_SSLROOTCERT where the authority is your own. "require" encrypts without checking who answers. "disable" is for sockets and loopback addresses only.',
    details: { setting: 'POSTGRES_SSLMODE', target: found.target, host: found.host, origin },
  });
}

function systemNeedsVerification(target: string, mode: SslMode): OperatorError {
  return new OperatorError('CONFIG_INVALID', {
    message: `The target "${target}" has POSTGRES_SSLROOTCERT=system with sslmode ${mode}: a certificate of a public authority proves nothing without its host name.`,
    hint: 'Set POSTGRES_SSLMODE to verify-full.',
    details: { setting: 'POSTGRES_SSLMODE', target },
  });
}

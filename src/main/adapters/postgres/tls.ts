import { readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import * as tls from 'node:tls';
import { OperatorError } from '../../../shared/domain/operator-error.ts';

/** How a connection is protected. `encrypted` does not check who answers: whoever sits in between can read and change everything. */
export type TlsMode = 'none' | 'encrypted' | 'verify-ca' | 'verify-full';

/** Which certificates count; paths of PEM files. */
export interface TlsFiles {
  readonly mode: TlsMode;
  /** `null` and `system`: every authority that this machine and Node trust. */
  readonly rootCertificate: string | null;
  readonly clientCertificate: string | null;
  readonly clientKey: string | null;
}

const othersBits = 0o077;
const groupReadOfRoot = 0o640;

/**
 * Builds what `tls.connect` gets. Never hands an sslmode to pg: what a mode means there changes with its version.
 * @throws {CONFIG_INVALID} a file cannot be read, or others may read the client's key.
 */
export async function buildTls(files: TlsFiles): Promise<tls.ConnectionOptions | 'none'> {
  const { mode } = files;
  if (mode === 'none') return 'none';
  const options: tls.ConnectionOptions = {
    minVersion: 'TLSv1.2',
    ...(await clientIdentity(files)),
    rejectUnauthorized: mode !== 'encrypted',
  };
  if (mode === 'encrypted') return options;
  const authorities = await authoritiesOf(files.rootCertificate);
  return {
    ...options,
    ...(authorities === undefined ? {} : { ca: authorities }),
    // Node checks the name unless told otherwise.
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  };
}

async function authoritiesOf(path: string | null): Promise<string | string[] | undefined> {
  if (path !== null && path !== 'system') return readPem(path, 'POSTGRES_SSLROOTCERT');
  // Absent before Node 22.15: then Node's own list has to do.
  const list = (tls as Partial<typeof tls>).getCACertificates;
  return list === undefined ? undefined : [...new Set([...list('default'), ...list('system')])];
}

async function clientIdentity(files: TlsFiles): Promise<tls.ConnectionOptions> {
  const { clientCertificate, clientKey } = files;
  if (clientCertificate === null && clientKey === null) return {};
  if (clientCertificate === null || clientKey === null) {
    throw new OperatorError('CONFIG_INVALID', {
      message:
        'A client certificate needs its key, and a key its certificate; only one of them is set.',
      hint: 'Set both POSTGRES_SSLCERT and POSTGRES_SSLKEY, or neither.',
      details: { certificate: clientCertificate, key: clientKey },
    });
  }
  await refuseOpenKey(clientKey);
  return {
    cert: await readPem(clientCertificate, 'POSTGRES_SSLCERT'),
    key: await readPem(clientKey, 'POSTGRES_SSLKEY'),
  };
}

/** As libpq: a key that others can read is no secret. */
async function refuseOpenKey(path: string): Promise<void> {
  if (platform() === 'win32') return;
  const facts = await stat(path).catch((error: unknown) => {
    throw unreadable(path, 'POSTGRES_SSLKEY', error);
  });
  const allowed = facts.uid === 0 ? groupReadOfRoot : 0;
  if ((facts.mode & othersBits & ~allowed) === 0) return;
  throw new OperatorError('CONFIG_INVALID', {
    message: `The client key ${path} can be read by others.`,
    hint: `Run "chmod 600 ${path}".`,
    details: { setting: 'POSTGRES_SSLKEY', path },
  });
}

async function readPem(path: string, setting: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, setting, error);
  }
  // Node takes a file without any certificate for "trust nobody", and says so only as a failed handshake.
  if (text.includes('-----BEGIN ')) return text;
  throw new OperatorError('CONFIG_INVALID', {
    message: `${setting} names ${path}, which holds nothing in PEM form.`,
    hint: 'Name a file with "-----BEGIN CERTIFICATE-----" (or a key) in it.',
    details: { setting, path },
  });
}

function unreadable(path: string, setting: string, cause: unknown): OperatorError {
  return new OperatorError('CONFIG_INVALID', {
    message: `${setting} names ${path}, which cannot be read.`,
    hint: '"unwind config show" says where the setting comes from.',
    details: { setting, path },
    cause,
  });
}

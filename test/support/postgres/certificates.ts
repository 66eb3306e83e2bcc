import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('./certificates/', import.meta.url);

/** Path of one of the files of `certificates/`. */
export function certificatePath(name: string): string {
  return fileURLToPath(new URL(name, folder));
}

/** What a server needs to speak TLS with one of the certificates of `certificates/`. */
export function serverTls(name: 'server' | 'elsewhere' | 'expired'): {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string;
} {
  return {
    certificate: readFileSync(certificatePath(`${name}.crt`), 'utf8'),
    key: readFileSync(certificatePath(`${name}.key`), 'utf8'),
    clientCa: readFileSync(certificatePath('authority.crt'), 'utf8'),
  };
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

const Base64 = z.base64();

/** A value under AES-256-GCM: nonce (12 bytes), tag (16 bytes) and ciphertext, each in base64. */
export const Sealed = z.strictObject({ nonce: Base64, tag: Base64, data: Base64 });
export type Sealed = z.infer<typeof Sealed>;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts a value under a key of 32 bytes. `place` is bound to it: sealed for one place, it opens at no other. */
export function seal(key: Buffer, value: Buffer, place: string): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(value), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
}

/** The value; `undefined` where key, place, or any bit of it is not what it was sealed with. */
export function unseal(key: Buffer, sealed: Sealed, place: string): Buffer | undefined {
  const tag = Buffer.from(sealed.tag, 'base64');
  const nonce = Buffer.from(sealed.nonce, 'base64');
  if (tag.length !== TAG_BYTES || nonce.length !== NONCE_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(tag);
  const opened = decipher.update(Buffer.from(sealed.data, 'base64'));
  try {
    return Buffer.concat([opened, decipher.final()]);
  } catch {
    return undefined;
  }
}

const TEXT_OID = 25;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/**
 * A `text[]` in PostgreSQL's binary form, to be bound where the SQL says `::text[]`. The text form of an array has to be quoted here and
 * taken apart there, character by character, which for a chunk of rows is a twentieth of the server's work.
 */
export function textArray(texts: readonly (string | null)[]): Uint8Array {
  let sizeBytes = HEADER_BYTES;
  for (const text of texts)
    sizeBytes += LENGTH_BYTES + (text === null ? 0 : Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(sizeBytes);
  // One dimension, may hold NULLs, of text, so many elements, counted from 1.
  let at = 0;
  for (const field of [1, 1, TEXT_OID, texts.length, 1]) at = bytes.writeInt32BE(field, at);
  for (const text of texts) {
    const length = text === null ? NULL_LENGTH : bytes.write(text, at + LENGTH_BYTES);
    at = bytes.writeInt32BE(length, at) + Math.max(0, length);
  }
  return bytes;
}

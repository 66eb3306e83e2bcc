const BLOCK_BYTES = 512;
/** What eleven octal digits hold; a larger size is written in binary, as GNU and BSD tar do. */
const MOST_OCTAL = 8 ** 11 - 1;

/** The two blocks of zeros that end an archive. */
export const TAR_END = Buffer.alloc(BLOCK_BYTES * 2);

/** Zeros that fill the last block of an entry. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** The header of a file in a tar archive (POSIX ustar): 512 bytes. `name` is ASCII, at most 255 bytes with a `/` to part it at. */
export function tarHeader(entry: {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const { prefix, name } = partName(entry.name);
  header.write(name, 0, 100, 'ascii');
  writeOctal(header, { at: 100, digits: 7, value: 0o600 });
  writeOctal(header, { at: 108, digits: 7, value: 0 });
  writeOctal(header, { at: 116, digits: 7, value: 0 });
  writeSize(header, entry.sizeBytes);
  writeOctal(header, { at: 136, digits: 11, value: Math.floor(entry.modifiedMs / 1_000) });
  header.write('0', 156, 1, 'ascii');
  header.write('ustar\x0000', 257, 8, 'ascii');
  header.write(prefix, 345, 155, 'ascii');
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\x00 `, 148, 8, 'ascii');
  return header;
}

function partName(name: string): { readonly prefix: string; readonly name: string } {
  if (name.length <= 100) return { prefix: '', name };
  const at = name.indexOf('/', name.length - 101);
  if (at === -1 || at > 155) throw new RangeError(`${name} is too long for a tar archive`);
  return { prefix: name.slice(0, at), name: name.slice(at + 1) };
}

function writeOctal(
  header: Buffer,
  field: { readonly at: number; readonly digits: number; readonly value: number },
): void {
  header.write(
    field.value.toString(8).padStart(field.digits, '0'),
    field.at,
    field.digits,
    'ascii',
  );
}

function writeSize(header: Buffer, sizeBytes: number): void {
  if (sizeBytes <= MOST_OCTAL) {
    writeOctal(header, { at: 124, digits: 11, value: sizeBytes });
    return;
  }
  header.writeUInt8(0x80, 124);
  header.writeBigUInt64BE(BigInt(sizeBytes), 128);
}

import { createCipheriv, createHash } from 'node:crypto';
import { extensionOf } from './names.ts';

interface ContentRequest {
  readonly seed: number;
  /** What the content belongs to; another label gives other content. */
  readonly label: string;
  readonly filename: string;
  readonly sizeBytes: number;
}

const SIGNATURES: Readonly<Record<string, Buffer>> = {
  pdf: Buffer.from('%PDF-1.7\n'),
  png: Buffer.from('89504e470d0a1a0a', 'hex'),
  jpg: Buffer.from('ffd8ffe000104a464946', 'hex'),
  zip: Buffer.from('504b0304', 'hex'),
  mp3: Buffer.from('494433', 'hex'),
  mp4: Buffer.from('000000186674797069736f6d', 'hex'),
};

/** Makes the bytes of a file: the same request gives the same bytes on every machine. */
export function fileContent(request: ContentRequest): Buffer {
  const noise = noiseOf(request);
  switch (extensionOf(request.filename)) {
    case 'csv':
    case 'txt':
      return tableOf(noise);
    case 'json':
      return jsonOf(noise);
    default:
      return withSignature(noise, request.filename);
  }
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A key stream is fast, incompressible noise that depends on nothing but the key. */
function noiseOf({ seed, label, sizeBytes }: ContentRequest): Buffer {
  const key = createHash('sha256')
    .update(`unwind sandbox content ${String(seed)} ${label}`)
    .digest();
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  return cipher.update(Buffer.alloc(sizeBytes));
}

/** Lines of a list with a serial number, an account and an amount, cut to the length of the noise. */
function tableOf(noise: Buffer): Buffer {
  const lines = ['serial,account,amount\n'];
  for (let at = 0; lines.length * 22 < noise.length + 22; at += 6) {
    const cell = noise.subarray(at % noise.length, (at % noise.length) + 6);
    const amount = (cell.readUIntBE(0, Math.min(2, cell.length)) / 100).toFixed(2);
    lines.push(
      `${String(lines.length).padStart(7, '0')},${cell.toString('hex').padEnd(12, '0')},${amount}\n`,
    );
  }
  return Buffer.from(lines.join('')).subarray(0, noise.length);
}

/** A JSON document of exactly that length, as far as it is long enough to be one. */
function jsonOf(noise: Buffer): Buffer {
  const frame = '{"data":""}\n';
  if (noise.length < frame.length) return Buffer.from(' '.repeat(noise.length));
  const body = noise.toString('hex').slice(0, noise.length - frame.length);
  return Buffer.from(`{"data":"${body}"}\n`);
}

function withSignature(noise: Buffer, filename: string): Buffer {
  SIGNATURES[extensionOf(filename)]?.copy(noise);
  return noise;
}

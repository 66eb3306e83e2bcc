import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export type Theme =
  | 'invoices'
  | 'photos'
  | 'reports'
  | 'contracts'
  | 'exports'
  | 'archive'
  | 'attachments'
  | 'media';

/** A name and what its bytes look like. */
export interface SeedName {
  readonly filename: string;
  /** The last part of `source_path`: differs from the file's name where file systems would not take it. */
  readonly sourceName: string;
}

/**
 * Names that break careless code: spaces, accents composed and decomposed, other scripts, emoji, and every character
 * that URLs, SQL, shells or format strings care about. They come first in the batches they are listed for.
 */
const ODD_NAMES: Partial<Record<Theme, readonly string[]>> = {
  invoices: [
    'Quarterly report (final).csv',
    'Rechnung März & April #12.pdf',
    '100% paid + tax.csv',
    "O'Brien – draft.txt",
    '請求書 2024年11月.pdf',
    'receipt 🧾 café.csv',
    '%2e%2e%2finvoice.csv',
    'a+b=c?.txt',
    'The "real" numbers.csv',
    'totals; drop table files;--.csv',
  ],
  photos: [
    'Été à la plage.jpg',
    'Cafe\u0301 (decomposed).jpg',
    'IMG 0042 #best.png',
    '東京タワー 🗼.jpg',
  ],
  reports: ['Résumé  double  space.pdf', '50%25 growth.csv', '$HOME & `whoami`.txt'],
  contracts: ['Договор №7.pdf', 'NDA [signed] {v2}.pdf'],
  attachments: ['Re: fwd: plan.txt', '.hidden notes.txt', 'no extension'],
};

const STEMS: Record<Theme, readonly (readonly [stem: string, extension: string])[]> = {
  invoices: [
    ['Invoice', 'pdf'],
    ['Invoice lines', 'csv'],
    ['Credit note', 'pdf'],
  ],
  photos: [
    ['IMG', 'jpg'],
    ['Product shot', 'png'],
    ['Scan', 'png'],
  ],
  reports: [
    ['Monthly report', 'pdf'],
    ['Sales by region', 'csv'],
    ['Inventory', 'json'],
  ],
  contracts: [
    ['Contract', 'pdf'],
    ['Annex', 'pdf'],
    ['Terms', 'txt'],
  ],
  exports: [
    ['customers export', 'csv'],
    ['orders export', 'json'],
    ['events', 'csv'],
  ],
  archive: [
    ['backup', 'zip'],
    ['old list', 'csv'],
  ],
  attachments: [
    ['attachment', 'txt'],
    ['screenshot', 'png'],
    ['list', 'csv'],
  ],
  media: [
    ['clip', 'mp4'],
    ['voice memo', 'mp3'],
    ['banner', 'png'],
  ],
};

/** Characters that Windows refuses in a file name. */
const FORBIDDEN_ON_DISK = /["?:*<>|]/g;

/** Names the file at `index` of a batch. No two names of a theme are equal, not even without regard to case. */
export function nameFor(theme: Theme, index: number, random: RandomGenerator): SeedName {
  const filename = ODD_NAMES[theme]?.[index] ?? ordinaryName(theme, index, random);
  return { filename, sourceName: filename.replace(FORBIDDEN_ON_DISK, '_') };
}

function ordinaryName(theme: Theme, index: number, random: RandomGenerator): string {
  const stems = STEMS[theme];
  const [stem, extension] = stems[uniformInt(random, 0, stems.length - 1)] ?? ['file', 'bin'];
  return `${stem} ${String(1000 + index)}.${extension}`;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8',
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  png: 'image/png',
  zip: 'application/zip',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
};

/** What the name ends in, without the dot, in lower case; empty where it has no ending. */
export function extensionOf(filename: string): string {
  const dot = filename.lastIndexOf('.');
  return dot > 0 ? filename.slice(dot + 1).toLowerCase() : '';
}

export function contentTypeOf(filename: string): string {
  return CONTENT_TYPES[extensionOf(filename)] ?? 'application/octet-stream';
}

import type { FateName } from './fates.ts';
import type { Theme } from './names.ts';

/** A batch of the sandbox: which files it has, what became of them, and what the migrator wrote about it. */
export interface SeedBatch {
  readonly batchId: string;
  readonly theme: Theme;
  readonly status: 'processing' | 'completed' | 'failed' | 'rolled_back';
  /** When the migrator began, UTC, as SQL text. */
  readonly startedAt: string;
  /** Fates of its files, in order, with how many files have each. */
  readonly fates: readonly (readonly [FateName, number])[];
  /** How far the stored `completed_files` is from the truth. */
  readonly countedWrongBy: number;
  /** Whether its source paths are written with a leading slash. */
  readonly sourcePaths: 'relative' | 'leading-slash';
}

const ordinary = { status: 'completed', countedWrongBy: 0, sourcePaths: 'relative' } as const;

/** The eight batches of the sandbox, 240 files in all. The same for every seed. */
export const SEED_BATCHES: readonly SeedBatch[] = [
  {
    ...ordinary,
    batchId: 'b-2024-11-03-invoices',
    theme: 'invoices',
    startedAt: '2024-11-03 01:15:00',
    fates: [['verified', 40]],
  },
  {
    ...ordinary,
    batchId: 'b-2024-11-06-photos',
    theme: 'photos',
    startedAt: '2024-11-06 01:15:00',
    fates: [
      ['verified', 30],
      ['completed', 14],
    ],
    sourcePaths: 'leading-slash',
  },
  {
    ...ordinary,
    batchId: 'b-2024-11-09-reports',
    theme: 'reports',
    startedAt: '2024-11-09 01:15:00',
    fates: [['verified', 36]],
    countedWrongBy: -1,
  },
  {
    ...ordinary,
    batchId: 'b-2024-11-12-contracts',
    theme: 'contracts',
    status: 'failed',
    startedAt: '2024-11-12 01:15:00',
    fates: [
      ['verified', 22],
      ['failed-before-key', 2],
      ['failed-before-upload', 2],
      ['failed-after-upload', 4],
      ['failed-after-row-update', 1],
      ['failed-truncated', 1],
    ],
  },
  {
    ...ordinary,
    batchId: 'b-2024-11-15-exports',
    theme: 'exports',
    status: 'processing',
    startedAt: '2024-11-15 01:15:00',
    fates: [
      ['completed', 12],
      ['processing-uploaded', 1],
      ['processing-not-uploaded', 1],
      ['pending', 14],
    ],
  },
  {
    ...ordinary,
    batchId: 'b-2024-11-18-archive',
    theme: 'archive',
    status: 'rolled_back',
    startedAt: '2024-11-18 01:15:00',
    fates: [['rolled-back', 20]],
  },
  {
    ...ordinary,
    batchId: 'b-2024-11-21-attachments',
    theme: 'attachments',
    startedAt: '2024-11-21 01:15:00',
    fates: [
      ['verified', 16],
      ['missing-object', 1],
      ['overwritten-object', 1],
      ['overwritten-same-size', 1],
      ['shared-object', 1],
      ['missing-original', 1],
      ['changed-original', 1],
      ['row-points-elsewhere', 1],
      ['climbing-path', 1],
    ],
  },
  {
    ...ordinary,
    batchId: 'b-2024-11-24-media',
    theme: 'media',
    startedAt: '2024-11-24 01:15:00',
    fates: [
      ['verified', 15],
      ['shares-object', 1],
    ],
  },
];

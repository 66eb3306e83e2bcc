import type { Scope } from '../../../src/shared/domain/scope.ts';

/** What a child process of the crash tests is told to do. */
export type Act =
  | {
      readonly act: 'start';
      readonly runId: string;
      readonly digest: string;
      readonly confirmation: string;
      /** Files of each stage but the last; left out: no stages. */
      readonly stages?: readonly number[];
    }
  | { readonly act: 'resume'; readonly runId: string }
  | { readonly act: 'plan'; readonly scope: Partial<Scope> }
  | { readonly act: 'reconcile' }
  | { readonly act: 'verify-snapshot'; readonly snapshotId: string }
  | { readonly act: 'pack' }
  /** Leaves every safe mode of the workspace. */
  | { readonly act: 'leave-safe-mode' }
  | { readonly act: 'resume-reconcile'; readonly reportId: string }
  /** Copies an object of `R2_*` in parts. */
  | {
      readonly act: 'copy-in-parts';
      readonly fromKey: string;
      readonly toKey: string;
      readonly etag: string;
      readonly sizeBytes: number;
      readonly partBytes: number;
    };

import type { Check } from '../../../shared/domain/check.ts';
import type { ContentHash } from './object-store.ts';

/** What is known of the original of a file. `unknown`: could not be looked at, `detail` says why (never "missing" by guess). */
export type OriginalFacts =
  | {
      readonly state: 'present';
      readonly location: string;
      readonly sizeBytes: number;
      readonly hash: ContentHash | null;
    }
  | { readonly state: 'missing'; readonly location: string }
  | { readonly state: 'escapes'; readonly detail: string }
  | { readonly state: 'unknown'; readonly detail: string };

/** Where the files were before they were migrated: a folder, or an http(s) base. Read-only. */
export interface Originals {
  /** The folder or base URL, for people; `null` where none is configured (then every answer is `unknown`). */
  readonly location: string | null;
  /**
   * Looks at the original of `sourcePath`, which is resolved under the base; an absolute path inside the base is taken
   * as it is, any other loses its leading slashes. A path that leaves the base, also through a symbolic link, is `escapes`.
   * `'content'` reads the whole file and hashes it; `'presence'` leaves `hash` null.
   */
  inspect(sourcePath: string, depth: 'presence' | 'content'): Promise<OriginalFacts>;
  /** Looks at whether originals can be read at all, one check a condition. Changes nothing, throws nothing. */
  diagnose(): Promise<readonly Check[]>;
}

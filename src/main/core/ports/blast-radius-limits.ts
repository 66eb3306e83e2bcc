/** The most that one plan may change, and who said so. */
export interface Limit {
  /** Files, bytes, or percent (0 to 100). */
  readonly most: number;
  /** The setting that says it, e.g. `UNWIND_MAX_FILES`. */
  readonly setting: string;
  /** Where the setting stands: a variable, a flag or a file. */
  readonly origin: string;
}

/** The limits of one target; `null`: no limit. */
export interface BlastRadiusLimits {
  /** Files that change: those whose number the confirmation names. */
  readonly files: Limit | null;
  /** Bytes of the objects that move or go. */
  readonly bytes: Limit | null;
  /** Changed files as a percentage of all records of the target, rolled back ones included. */
  readonly percent: Limit | null;
}

/** What a target has whose configuration says nothing. */
export const NO_LIMITS: BlastRadiusLimits = { files: null, bytes: null, percent: null };

/** What the bucket holds under the key that the record names. */
export type ObjectFate =
  | 'migrated'
  | 'none'
  | 'corrupt'
  | 'truncated'
  | 'newer'
  | 'newer-same-size'
  | 'of-another';

/** What lies where `source_path` points. `outside`: the path leaves the folder of originals. */
export type OriginalFate = 'migrated' | 'none' | 'changed' | 'outside';

/** What became of one file in the migration, as the three places tell it. */
export interface Fate {
  readonly status: 'pending' | 'processing' | 'completed' | 'verified' | 'failed' | 'rolled_back';
  readonly object: ObjectFate;
  readonly original: OriginalFate;
  /** Whether `target_r2_key` is set. */
  readonly targetKey: 'set' | 'null';
  /** What `files.r2_key` says. `elsewhere`: the key of a newer object. */
  readonly fileRow: 'points' | 'empty' | 'elsewhere';
  readonly errorMessage: string | null;
  /** In a sentence, for people and test reports. */
  readonly about: string;
}

const migrated = {
  status: 'verified',
  object: 'migrated',
  original: 'migrated',
  targetKey: 'set',
  fileRow: 'points',
  errorMessage: null,
} as const;

const failed = { ...migrated, status: 'failed', fileRow: 'empty' } as const;

/** Every fate of the sandbox, ordinary ones first. */
export const FATES = {
  verified: { ...migrated, about: 'migrated and verified' },
  completed: { ...migrated, status: 'completed', about: 'migrated, not verified yet' },
  pending: {
    ...migrated,
    status: 'pending',
    object: 'none',
    targetKey: 'null',
    fileRow: 'empty',
    about: 'waits for its turn',
  },
  'processing-not-uploaded': {
    ...migrated,
    status: 'processing',
    object: 'none',
    fileRow: 'empty',
    about: 'the migrator stopped before the upload',
  },
  'processing-uploaded': {
    ...migrated,
    status: 'processing',
    fileRow: 'empty',
    about: 'the migrator stopped after the upload, before the row was updated',
  },
  'failed-before-key': {
    ...failed,
    object: 'none',
    targetKey: 'null',
    errorMessage: 'EACCES: permission denied, open source file',
    about: 'failed before a key was chosen: no object, no key',
  },
  'failed-before-upload': {
    ...failed,
    object: 'none',
    errorMessage: 'R2 PutObject failed: 503 ServiceUnavailable (10043) after 3 attempts',
    about: 'failed before the upload: a key, but no object',
  },
  'failed-after-upload': {
    ...failed,
    errorMessage: 'D1_ERROR: database is locked: SQLITE_BUSY',
    about: 'failed after the upload: the object is there, the row knows nothing of it',
  },
  'failed-after-row-update': {
    ...failed,
    object: 'corrupt',
    fileRow: 'points',
    errorMessage: 'checksum mismatch after upload: same size, other content',
    about: 'failed after the row was updated: the object has the right size and wrong bytes',
  },
  'failed-truncated': {
    ...failed,
    object: 'truncated',
    fileRow: 'points',
    errorMessage: 'checksum mismatch after upload: object is shorter than its source',
    about: 'failed after the row was updated: the object is cut short',
  },
  'rolled-back': {
    ...migrated,
    status: 'rolled_back',
    object: 'none',
    fileRow: 'empty',
    about: 'was taken back already',
  },
  'missing-object': { ...migrated, object: 'none', about: 'the object is gone from the bucket' },
  'overwritten-object': {
    ...migrated,
    object: 'newer',
    about: 'the object was overwritten after the migration, with longer content',
  },
  'overwritten-same-size': {
    ...migrated,
    object: 'newer-same-size',
    about: 'the object was overwritten after the migration, with content of the same length',
  },
  'shared-object': {
    ...migrated,
    about: 'another batch has a file that points at the same object',
  },
  'shares-object': {
    ...migrated,
    object: 'of-another',
    about: 'points at the object of a file of another batch, which has the same content',
  },
  'missing-original': { ...migrated, original: 'none', about: 'the original is gone' },
  'changed-original': {
    ...migrated,
    original: 'changed',
    about: 'the original was changed after the migration, its length is the same',
  },
  'row-points-elsewhere': {
    ...migrated,
    fileRow: 'elsewhere',
    about: 'the file was replaced since: its row points at a newer object under another key',
  },
  'climbing-path': {
    ...migrated,
    original: 'outside',
    about: 'the source path climbs out of the folder of originals',
  },
} as const satisfies Record<string, Fate>;

export type FateName = keyof typeof FATES;

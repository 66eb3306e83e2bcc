/** The moments at which a file that was written under a temporary name gets its own (invariant 12). */
const PUBLISH = ['before-sync', 'after-sync', 'after-rename', 'after-publish'] as const;
/** A chunk of the journal around its effect. */
const CHUNK = ['before-intent', 'after-intent', 'before-outcome', 'after-outcome'] as const;
/** A request that changes the bucket: not sent, on the wire with its answer unread, answered. */
const REQUEST = ['before-send', 'after-send', 'after-answer'] as const;

const POINTS = {
  plan: PUBLISH,
  run: [
    'before-lease',
    'after-lease',
    'before-begin',
    'after-begin',
    'before-state',
    'after-state',
    'before-verification',
    'before-end',
    'before-release',
    'after-release',
  ],
  lease: ['after-name'],
  step: ['before-state', 'after-state'],
  checkpoint: ['before-write', 'after-write'],
  audit: ['before-entry', 'after-entry'],
  recovery: ['before-decision', 'after-decision'],
  'run-file': ['before-checkpoint', 'after-checkpoint', 'after-close'],
  snapshot: ['after-rows', 'before-sync', 'after-sync', 'after-read-back', 'after-manifest'],
  manifest: PUBLISH,
  backup: PUBLISH,
  'audit-file': PUBLISH,
  rows: [...CHUNK, 'after-effect'],
  batches: [...CHUNK, 'after-effect', 'before-values', 'after-values'],
  quarantine: [...CHUNK, 'after-copy'],
  delete: [...CHUNK, 'after-effect'],
  restore: [...CHUNK, 'after-copy'],
  purge: [...CHUNK, 'after-effect'],
  columns: [...CHUNK, 'after-effect'],
  commit: ['before-send', 'after-send'],
  'copy-request': REQUEST,
  'delete-request': REQUEST,
  'parts-begin-request': REQUEST,
  'part-request': REQUEST,
  'parts-complete-request': REQUEST,
  'parts-abort-request': REQUEST,
  'begun-run': ['before-entry', 'after-entry', 'before-end', 'after-end'],
  'safe-mode': ['before-enter', 'after-enter', 'before-end', 'after-end'],
  debts: ['before-write', 'before-entry', 'after-entry', 'before-finish', 'after-finish'],
  reconcile: ['after-suspicions', 'after-part', 'after-second-look'],
  report: PUBLISH,
  verification: ['before-write', 'after-write'],
  pack: PUBLISH,
} as const;

type Module = keyof typeof POINTS;

/**
 * `<module>.<after|before>-<event>`: a place at which a test may kill the process (SIGKILL), right before or after a durable boundary.
 * What a point before an intent, a write or a request leaves behind is what the point after the last one left, seen from the other
 * side of all that happens in memory between the two.
 */
export type CrashPoint = { [M in Module]: `${M}.${(typeof POINTS)[M][number]}` }[Module];

/** Every point. A test holds this list against the places that its workloads really passed. */
export const CRASH_POINTS = Object.entries(POINTS).flatMap(([module, events]) =>
  events.map((event) => `${module}.${event}`),
) as readonly CrashPoint[];

/** The moments of a file that is given its name. */
export type PublishEvent = (typeof PUBLISH)[number];

/** The moments of a request that changes the bucket. */
export type RequestEvent = (typeof REQUEST)[number];

/** The modules whose points lie around a chunk of the journal. */
export type JournaledModule = {
  [M in Module]: `${M}.before-intent` extends CrashPoint ? M : never;
}[Module];

/** Does nothing, unless this process was started to die at `point`; then it never returns. */
export type CrashAt = (point: CrashPoint) => void;

/** What everybody gets outside tests. */
export const NO_CRASH: CrashAt = () => undefined;

import type { ErrorGuide } from './guide.ts';

/** Plans, runs and what they leave behind. */
export const GUIDE_TO_RUNS = {
  PLAN_STALE: {
    cause: 'The target has changed since the plan.',
    proof: 'The message lists what moved; “Look now” on the page of the plan does so at any time.',
    nextStep: 'Plan again: the new plan shows what is left to do.',
  },
  PLAN_BLOCKED: {
    cause: 'The plan has a blocker, or nothing to do.',
    proof: 'The plan lists its findings, blockers first.',
    nextStep: 'Settle it, or accept it with a reason where that is possible, and plan again.',
  },
  PLAN_DIGEST_MISMATCH: {
    cause: 'The digest given is not the plan’s: it is of another plan, or cut short.',
    proof: '`unwind runs show PLAN` shows the digest.',
    nextStep: 'Look at the plan again and consent to the digest that it shows.',
  },
  PLAN_TARGET_MISMATCH: {
    cause:
      'The plan was made for another target: another database, bucket, endpoint or, on PostgreSQL, another address.',
    proof: 'The message has both.',
    nextStep: 'Choose the target that the plan was made for, or make a new plan.',
  },
  PLAN_ALREADY_EXECUTED: {
    cause: 'The plan’s run has begun before.',
    proof: '`unwind runs show RUN` shows what it did.',
    nextStep: 'Make a new plan, or go on with that run: `unwind resume RUN`.',
  },
  CONFIRMATION_MISMATCH: {
    cause: 'The phrase was not typed exactly, or nobody could be asked.',
    proof: 'The message shows the phrase.',
    nextStep: 'Type it exactly. In a script consent by `--plan-digest` and `--confirm`.',
  },
  REASON_REQUIRED: {
    cause: 'The target is production, and a run there was to begin without a reason.',
    proof: '`UNWIND_ENVIRONMENT` of the target, in `unwind config show`.',
    nextStep: 'Give one with `--reason`, or in the field Reason. Nothing was changed.',
  },
  BACKUP_REQUIRED: {
    cause: '`--no-backup` was given although objects go.',
    proof: 'The plan says how many.',
    nextStep: 'Leave it out, or roll back rows only: `--database-only`.',
  },
  RUN_NOT_RESUMABLE: {
    cause:
      'The run is in a state that has nothing to go on with, or an undo has begun to take it back.',
    proof: '`unwind runs show RUN` shows the state.',
    nextStep: 'The message says which way is open: a new plan, or the undo.',
  },
  RUN_NOT_UNDOABLE: {
    cause:
      'The run cannot be taken back: it has not begun, is going on, or its quarantine was purged.',
    proof: '`unwind runs show RUN` shows state and quarantine.',
    nextStep:
      'The message says what has to come first. After a purge rows come back by `unwind restore`, objects from the originals.',
  },
  REPORT_UNFINISHED: {
    cause: 'The reconcile was stopped before its end.',
    proof: '`unwind reconciles list` shows how far it got.',
    nextStep: '`unwind reconcile --resume ID` goes on.',
  },
  DEBT_CLOSED: {
    cause: 'Nothing of this debt is open any more.',
    proof: '`unwind debts list` looks at the target.',
    nextStep: 'Nothing is to be planned.',
  },
  TARGET_READ_ONLY: {
    cause:
      'The configuration says that nothing of this target may be changed (`UNWIND_GUARD=read-only`).',
    proof: '`unwind config show` says where it is set.',
    nextStep: 'Change it there, if it is meant to be changed. Nothing was changed.',
  },
  TARGET_IN_SAFE_MODE: {
    cause:
      'Something about the target could not be decided, and Unwind does not write to it until an operator has settled it.',
    proof: '`unwind safe-mode show` says since when, why, and lists the exits.',
    nextStep:
      'Take one of the exits: retry, plan the rest again, undo, restore. Nothing was changed.',
  },
  TARGET_NOT_IN_SAFE_MODE: {
    cause: 'Safe mode was to be left where there is none.',
    proof: '`unwind safe-mode show` lists the targets that are in it.',
    nextStep: 'Nothing is to be done.',
  },
  TARGET_LOCKED: {
    cause: 'Another run works on this target.',
    proof: 'The message says whose, on which host and since when; `unwind locks` shows it.',
    nextStep: 'Wait until it has ended. A lease whose holder is dead is taken over by itself.',
  },
  LEASE_LOST: {
    cause:
      'The connection that held the lease of a PostgreSQL target broke while the run went on. Nothing was written after that.',
    proof: 'The server’s log says why the connection ended.',
    nextStep:
      '`unwind resume RUN` once the server answers: it takes the lease again and reads what was done.',
  },
  RUN_INCOMPLETE: {
    cause: 'Planned work was left undone: files moved since the plan, or failed.',
    proof: '`unwind runs show RUN --items` lists them with the reason of each.',
    nextStep: '`unwind resume RUN` tries what failed; a new plan takes what moved.',
  },
  RUN_FILE_INVALID: {
    cause: 'The file is not a run file, or it is truncated or damaged.',
    proof:
      'The message says what contradicts what. `sqlite3 FILE "pragma integrity_check"` looks at its pages.',
    nextStep:
      'Bring the file back from a backup. `unwind reconstruct` gathers what the other records know.',
  },
  LEASE_INVALID: {
    cause: 'The lease file beside a D1 database (`….unwind-lease`) is damaged.',
    proof: 'The message names the file.',
    nextStep:
      'Make sure that no Unwind works on the database, then move it away with what is beside it and begins with its name: it is made again.',
  },
  REPORT_INVALID: {
    cause: 'The file is not a reconcile report, or it is damaged.',
    proof: 'The message names the file.',
    nextStep: 'Make a new report.',
  },
  LEDGER_INVALID: {
    cause: '`workspace.sqlite` cannot be read.',
    proof: '`sqlite3 workspace.sqlite "pragma integrity_check"` says what is wrong with it.',
    nextStep: 'Move it away: it is made again from the run files.',
  },
  PLAN_EDITED: {
    cause:
      'The plan’s content does not match its digest: somebody changed the file. It is never executed.',
    proof: 'The message has both digests.',
    nextStep: 'Do not use this file. Make a new plan, and find out who changed this one.',
  },
  SNAPSHOT_INVALID: {
    cause: 'A snapshot does not read back as it was written. Nothing is changed without one.',
    proof: '`unwind snapshots verify NAME` says which rows differ.',
    nextStep:
      'Take an alternate: `unwind snapshots list` shows which verify. `unwind reconstruct` goes on without.',
  },
  VERIFICATION_FAILED: {
    cause: 'The target is not as it should be after the run.',
    proof:
      'The report of the run has each check with what it expected and found; `unwind verify RUN` reads all of it again.',
    nextStep:
      'Look at the examples of the failed check. Undo the run, or settle what differs and verify again.',
  },
  OBJECTS_LOST: {
    cause:
      'An object is gone together with its quarantine copy: somebody else removed the copy. The target is in safe mode.',
    proof: 'The report names every object; the bucket’s access log says who deleted it.',
    nextStep: 'Find out who did it. The originals are where the plan proved them.',
  },
  CANCELLED: {
    cause: 'The operator stopped it.',
    proof: 'The message says what was kept.',
    nextStep: 'Begin again when you are ready.',
  },
  INTERNAL: {
    cause: 'A condition that Unwind does not handle: a defect of ours.',
    proof: 'The log of the session has the whole error.',
    nextStep:
      'Keep the log and report it. What a run did is in its run file: `unwind resume RUN --explain`.',
  },
} as const satisfies Readonly<Record<string, ErrorGuide>>;

import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Fault, failEachCall, rotating, tellFaults } from '../support/faults/fault-loop.ts';
import { type SqliteFaultKind, useSqliteFault } from '../support/faults/sqlite-faults.ts';
import { planning, purging, resuming, running, undoing } from '../support/faults/works.ts';
import { aD1Worksite } from '../support/faults/worksite.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

/** Faults of the target's database, of its lease, of the run file and of the workspace's database: whatever SQLite writes. */
function sqliteFault(name: SqliteFaultKind, codes: Fault['codes']): Fault {
  return {
    name,
    codes,
    arm: ({ folder }, strike) => {
      useSqliteFault({ folder, kind: name, strike });
    },
    disarm: () => {
      useSqliteFault(undefined);
    },
  };
}

const FAULTS: readonly Fault[] = [
  sqliteFault('SQLITE_BUSY', ['DATABASE_BUSY', 'TARGET_LOCKED', 'COMMIT_OUTCOME_UNKNOWN']),
  sqliteFault('SQLITE_FULL', ['DISK_FULL', 'COMMIT_OUTCOME_UNKNOWN']),
  sqliteFault('SQLITE_IOERR_READ', ['DATABASE_FAILED', 'FILE_FAILED', 'COMMIT_OUTCOME_UNKNOWN']),
  sqliteFault('SQLITE_IOERR_WRITE', ['DATABASE_FAILED', 'DISK_FULL', 'COMMIT_OUTCOME_UNKNOWN']),
  sqliteFault('SQLITE_IOERR_FSYNC', ['DATABASE_FAILED', 'FILE_FAILED', 'COMMIT_OUTCOME_UNKNOWN']),
];

const WORKS = [
  planning,
  running('both'),
  running('database-only'),
  running('r2-only'),
  resuming('reset-rows'),
  resuming('delete-objects'),
  undoing,
  purging,
];

describe.each(WORKS)('a statement of SQLite that fails while Unwind does: $name', (work) => {
  const told = tellFaults(`SQLite, ${work.name}`);
  let r2: TestR2;
  beforeAll(async () => {
    r2 = await startR2();
  });
  afterAll(() => r2.stop());

  test.each(rotating(FAULTS, WORKS.indexOf(work)))(
    '$name leaves what is right or can be resumed, and nothing is lost',
    async (fault) => {
      told.add(await failEachCall({ work, fault, site: () => aD1Worksite(r2) }));
    },
    3_600_000,
  );
});

import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Fault, failEachCall, rotating, tellFaults } from '../support/faults/fault-loop.ts';
import { type FileFaultKind, useFileFault } from '../support/faults/file-faults.ts';
import { planning, purging, resuming, running, undoing } from '../support/faults/works.ts';
import { aD1Worksite } from '../support/faults/worksite.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

/** Faults of every file of the workspace and of the originals, and of what is asked about the D1 file beside SQLite. */
function fileFault(name: FileFaultKind, codes: Fault['codes']): Fault {
  return {
    name,
    codes,
    arm: ({ folder }, strike) => {
      useFileFault({ folder, kind: name, strike });
    },
    disarm: () => {
      useFileFault(undefined);
    },
  };
}

const FAULTS: readonly Fault[] = [
  fileFault('ENOSPC', ['DISK_FULL']),
  fileFault('EIO', ['FILE_FAILED', 'DATABASE_FAILED']),
  fileFault('EACCES', ['FILE_FAILED', 'DATABASE_FAILED']),
  fileFault('EMFILE', ['FILE_FAILED', 'DATABASE_FAILED']),
  fileFault('short write', []),
];

const WORKS = [planning, running('both'), resuming('quarantine-objects'), undoing, purging];

describe.each(WORKS)('a call to the file system that fails while Unwind does: $name', (work) => {
  const told = tellFaults(`file system, ${work.name}`);
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

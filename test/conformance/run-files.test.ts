import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { openRunFiles } from '../../src/main/adapters/run-file/run-files.ts';
import { aFolder } from '../support/builders/a-folder.ts';
import { describeRunFiles } from './run-files.suite.ts';

describeRunFiles('a folder of SQLite files', () => {
  const folder = aFolder();
  return {
    files: openRunFiles(join(folder, 'runs')),
    moveAway: (runId) => {
      const elsewhere = join(folder, 'on a stick');
      mkdirSync(elsewhere);
      const path = join(elsewhere, 'renamed.unwind');
      renameSync(join(folder, 'runs', `${runId}.unwind`), path);
      return path;
    },
  };
});

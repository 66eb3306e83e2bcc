import { d1Leases } from '../../src/main/adapters/d1/d1-leases.ts';
import { aD1File } from '../support/d1/d1-file.ts';
import { startLeaseProcess } from '../support/d1/lease-process.ts';
import { describeLeases } from './leases.suite.ts';

const child = new URL('../support/d1/lease-child.ts', import.meta.url);

describeLeases('a D1 file', () => {
  const { path } = aD1File();
  return Promise.resolve({
    leases: () => d1Leases({ path }),
    startProcess: (runId: string) => startLeaseProcess({ script: child, target: path, runId }),
  });
});

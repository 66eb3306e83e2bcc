import { afterAll, beforeAll, describe, test } from 'vitest';
import { DEFAULT_PATIENCE } from '../../src/main/adapters/r2/connect-r2.ts';
import { type Fault, failEachCall, rotating, tellFaults } from '../support/faults/fault-loop.ts';
import { planning, purging, resuming, running, undoing } from '../support/faults/works.ts';
import { aD1Worksite } from '../support/faults/worksite.ts';
import { QUICK_PATIENCE } from '../support/r2/quick-patience.ts';
import {
  type FaultProxy,
  type Fault as HttpFault,
  type SeenRequest,
  s3Error,
  startFaultProxy,
} from '../support/r2/start-fault-proxy.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

// The real number of attempts, without their waits. Of this process only: vitest gives each file its own.
Object.assign(DEFAULT_PATIENCE, QUICK_PATIENCE, { longestWaitMs: 1 });

let r2: TestR2;
let proxy: FaultProxy;
beforeAll(async () => {
  r2 = await startR2();
  proxy = await startFaultProxy(r2.address.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await r2.stop();
});

interface HttpCase {
  readonly name: string;
  readonly answer: HttpFault;
  readonly codes: Fault['codes'];
  readonly only?: (seen: SeenRequest) => boolean;
}

const isMutating = ({ mutating }: SeenRequest): boolean => mutating;
const hasBody = ({ method }: SeenRequest): boolean => method === 'GET';

const CASES: readonly HttpCase[] = [
  { name: '429', answer: s3Error(429, 'TooManyRequests'), codes: ['R2_RATE_LIMITED'] },
  { name: '500', answer: s3Error(500, 'InternalError'), codes: ['R2_FAILED'] },
  { name: '503', answer: s3Error(503, 'SlowDown'), codes: ['R2_RATE_LIMITED', 'R2_FAILED'] },
  { name: '403', answer: s3Error(403, 'AccessDenied'), codes: ['R2_DENIED'] },
  {
    name: '403 with 10069',
    answer: s3Error(403, '10069'),
    codes: ['R2_OBJECT_LOCKED'],
    only: isMutating,
  },
  { name: 'no answer in time', answer: { kind: 'hang' }, codes: ['R2_UNREACHABLE'] },
  { name: 'a connection that breaks', answer: { kind: 'cut' }, codes: ['R2_UNREACHABLE'] },
  {
    name: 'a body that breaks off',
    answer: { kind: 'truncate', bytes: 3 },
    codes: ['R2_UNREACHABLE', 'R2_FAILED'],
    only: hasBody,
  },
  {
    name: 'a change that is made, its answer lost',
    answer: { kind: 'lose-answer' },
    codes: ['R2_UNREACHABLE'],
    only: isMutating,
  },
  {
    name: 'a change that is not made, its answer lost',
    answer: { kind: 'cut' },
    codes: ['R2_UNREACHABLE'],
    only: isMutating,
  },
];

function faultOf({ name, codes, answer, only }: HttpCase): Fault {
  return {
    name,
    codes: [...codes, 'RUN_INCOMPLETE'],
    arm: (site, strike) => {
      proxy.use((seen) => {
        if (only?.(seen) === false) return undefined;
        const what = `${seen.method} ${seen.path.replace(site.env['R2_BUCKET_NAME'] ?? '', '')}`;
        return strike.meets(what) ? answer : undefined;
      });
    },
    disarm: () => {
      proxy.use(() => undefined);
    },
  };
}

const WORKS = [
  planning,
  running('both'),
  running('r2-only'),
  resuming('delete-objects'),
  undoing,
  purging,
];

describe.each(WORKS)('a request to R2 that fails while Unwind does: $name', (work) => {
  const told = tellFaults(`HTTP, ${work.name}`);

  test.each(rotating(CASES, WORKS.indexOf(work)).map(faultOf))(
    '$name leaves what is right or can be resumed, and nothing is lost',
    async (fault) => {
      const site = async () => {
        const made = await aD1Worksite(r2);
        return { ...made, env: { ...made.env, R2_ENDPOINT: proxy.endpoint } };
      };
      told.add(await failEachCall({ work, fault, site }));
    },
    3_600_000,
  );
});

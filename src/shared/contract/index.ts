import { planContract } from './plan.ts';
import { quarantineContract } from './quarantine.ts';
import { runContract } from './run.ts';
import { sandboxContract } from './sandbox.ts';
import { statusContract } from './status.ts';
import { configContract, targetContract } from './target.ts';

/** Everything that a door can ask of Unwind. All three doors speak this and nothing else. */
export const contract = {
  target: targetContract,
  config: configContract,
  status: statusContract,
  plan: planContract,
  run: runContract,
  quarantine: quarantineContract,
  sandbox: sandboxContract,
};

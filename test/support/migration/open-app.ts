import { createRouterClient } from '@orpc/server';
import { type App, composeApp } from '../../../src/main/app/compose.ts';
import type { UnwindClient } from '../../../src/main/hosts/engine/client.ts';
import type { PlanEvent } from '../../../src/shared/contract/plan.ts';
import {
  fromWire,
  type OperatorError,
  WireError,
} from '../../../src/shared/domain/operator-error.ts';
import type { Acceptance, PlanSummary } from '../../../src/shared/domain/plan.ts';
import type { RunDetail } from '../../../src/shared/domain/run.ts';
import type { Scope } from '../../../src/shared/domain/scope.ts';
import type { StageRequest } from '../../../src/shared/domain/stage.ts';
import { SERVER_ENTRY } from '../sandbox/sandbox-template.ts';

/** The real application with short cuts for what most tests do. */
export interface TestApp {
  readonly client: UnwindClient;
  readonly plan: (scope: Partial<Scope>) => Promise<PlanSummary>;
  readonly planUndo: (runId: string, toCheckpoint?: string) => Promise<PlanSummary>;
  readonly planPurge: (runId: string) => Promise<PlanSummary>;
  readonly planRestore: (snapshotId: string, batchId?: string) => Promise<PlanSummary>;
  readonly planReconstructed: (runId?: string) => Promise<PlanSummary>;
  readonly planDrop: (acceptances?: Acceptance[]) => Promise<PlanSummary>;
  /** Starts a plan with the right consent and waits for its end. */
  readonly run: (
    plan: PlanSummary,
    options?: { readonly snapshot?: 'take' | 'none'; readonly stages?: StageRequest[] },
  ) => Promise<RunDetail>;
  readonly resume: (runId: string) => Promise<RunDetail>;
  readonly close: () => Promise<void>;
}

/** Composes the application as a door does, on nothing but `env`. */
export async function openApp(env: Readonly<Record<string, string>>): Promise<TestApp> {
  const app: App = await composeApp({
    door: 'cli',
    env,
    cwd: '/',
    flags: {},
    sandboxEntry: SERVER_ENTRY,
  });
  return testAppOf(app);
}

/** Puts the short cuts in front of an application. */
export function testAppOf(app: App): TestApp {
  const client: UnwindClient = createRouterClient(app.router, { context: {} });

  async function ended(runId: string): Promise<RunDetail> {
    await drained(await client.run.watch({ runId }));
    return client.run.get({ runId });
  }

  return {
    client,
    plan: async (scope) =>
      planOf(
        await client.plan.create({
          scope: { failedOnly: false, full: false, mode: 'both', ...scope },
        }),
      ),
    planUndo: async (runId, toCheckpoint) =>
      planOf(await client.plan.createUndo({ runId, toCheckpoint })),
    planRestore: async (snapshotId, batchId) =>
      planOf(await client.snapshot.createRestore({ snapshotId, batchId })),
    planReconstructed: async (runId) => planOf(await client.emergency.createRestore({ runId })),
    planDrop: async (acceptances = []) =>
      planOf(await client.plan.createDropColumns({ acceptances })),
    planPurge: async (runId) => planOf(await client.plan.createPurge({ runId })),
    run: async (plan, options = {}) => {
      await client.run.start({
        runId: plan.runId,
        digest: plan.digest,
        confirmation: plan.confirmationPhrase,
        snapshot: options.snapshot ?? 'take',
        stages: options.stages ?? [],
      });
      return ended(plan.runId);
    },
    resume: async (runId) => {
      await client.run.resume({ runId });
      return ended(runId);
    },
    close: () => app.close(),
  };
}

/** Waits for the end of a stream whose events do not matter. */
export async function drained(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  let ended = false;
  while (!ended) ended = (await iterator.next()).done === true;
}

async function planOf(events: AsyncIterable<PlanEvent>): Promise<PlanSummary> {
  let plan: PlanSummary | undefined;
  for await (const event of events) if (event.kind === 'created') plan = event.plan;
  if (plan === undefined) throw new Error('Planning ended without a plan.');
  return plan;
}

/** The error that a call through the contract failed with. Fails when it did not fail. */
export async function errorOf(call: Promise<unknown>): Promise<OperatorError> {
  try {
    await call;
  } catch (error) {
    return refusalIn(error);
  }
  throw new Error('The call was expected to fail.');
}

/** The error of the application in what a call through the contract threw; anything else is thrown again. */
export function refusalIn(error: unknown): OperatorError {
  if (error instanceof Error && 'data' in error) return fromWire(WireError.parse(error.data));
  throw error;
}

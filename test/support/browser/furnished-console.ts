import type { Page } from 'playwright-core';
import { makePlan, openConsoleClient, reconcileNow, runToEnd } from '../hosts/console-client.ts';
import { openConfirmation } from './console-steps.ts';
import { type StartedConsole, startConsole } from './start-console.ts';

/** A view of the console to look at: its name, its address, and what is opened on it. */
export interface View {
  readonly name: string;
  readonly path: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

/** A console on a sandbox in which something has happened: a run, a run of rows only, a reconcile report, a plan. */
export interface FurnishedConsole {
  readonly started: StartedConsole;
  /** The plan of everything, which was not executed. */
  readonly planId: string;
  /** Every place, and what can be opened on it. */
  readonly views: readonly View[];
}

/** Names of the views, to declare tests by. */
export const VIEW_NAMES = [
  'home',
  'status',
  'composer',
  'plan',
  'plan-groups',
  'plan-file',
  'confirmation',
  'runs',
  'run',
  'report',
  'snapshots',
  'quarantine',
  'debts',
  'reconcile',
  'reconcile-report',
  'audit',
  'locks',
  'targets',
  'target-form',
  'preflight',
  'settings',
  'help',
  'error',
  'command-palette',
  'no-such-page',
] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** Starts the console and does in it what makes every place worth a look. */
export async function furnishedConsole(): Promise<FurnishedConsole> {
  const started = await startConsole();
  const { client, close } = await openConsoleClient(started.url);
  const plan = await makePlan(client, { batchId: 'b-2024-11-12-contracts' });
  await runToEnd(client, plan);
  const rows = await makePlan(client, { batchId: 'b-2024-11-06-photos', mode: 'database-only' });
  await runToEnd(client, rows);
  const reportId = await reconcileNow(client);
  const { runId: planId } = await makePlan(client, { full: true });
  close();
  const places: Readonly<Record<ViewName, Omit<View, 'name'>>> = {
    home: { path: '/' },
    status: { path: '/status?batch=b-2024-11-12-contracts' },
    composer: { path: '/plan?batch=b-2024-11-03-invoices' },
    plan: { path: `/plans/${planId}` },
    'plan-groups': { path: `/plans/${planId}?by=folder`, prepare: scrollToDiff },
    'plan-file': { path: `/plans/${planId}?verdict=change`, prepare: openFirstFile },
    confirmation: { path: `/plans/${planId}`, prepare: openConfirmation },
    runs: { path: '/runs' },
    run: { path: `/runs/${plan.runId}` },
    report: { path: `/runs/${plan.runId}/report` },
    snapshots: { path: '/snapshots' },
    quarantine: { path: '/quarantine' },
    debts: { path: '/debts' },
    reconcile: { path: '/reconcile' },
    'reconcile-report': { path: `/reconcile/${reportId}` },
    audit: { path: '/audit' },
    locks: { path: '/locks' },
    targets: { path: '/targets' },
    'target-form': { path: '/targets/new' },
    preflight: { path: '/preflight' },
    settings: { path: '/settings' },
    help: { path: '/help' },
    error: { path: '/help/PLAN_STALE' },
    'command-palette': { path: '/', prepare: openPalette },
    'no-such-page': { path: '/nowhere' },
  };
  return {
    started,
    planId,
    views: VIEW_NAMES.map((name) => ({ name, ...places[name] })),
  };
}

/** Opens a view, and waits until nothing of it is still to come. */
export async function openView(page: Page, url: string, view: View): Promise<void> {
  await page.goto(new URL(view.path, url).href);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(isSettled);
  await view.prepare?.(page);
}

/** Runs in the page. */
function isSettled(): boolean {
  return document.querySelector('[aria-busy="true"]') === null;
}

async function scrollToDiff(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'The diff' }).scrollIntoViewIfNeeded();
}

async function openFirstFile(page: Page): Promise<void> {
  const grid = page.getByRole('grid', { name: 'The diff' });
  await grid.getByRole('row').nth(1).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('SQL', { exact: true }).click();
  await drawer.getByText('UPDATE').first().waitFor();
}

async function openPalette(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Go to/ }).click();
  await page.getByRole('dialog').waitFor();
}

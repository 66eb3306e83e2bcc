import { type ComponentType, createElement, lazy, useState } from 'react';

// Every page but Home is a chunk of its own, which the first page does not wait for.

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>;

const loads: (() => Promise<unknown>)[] = [];

/** A page that is there already is drawn at once: React shows what it once waited for no sooner than 300 ms after it began to wait. */
function page<Props extends object>(load: Load<Props>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  const remember: Load<Props> = async () => {
    const module = await load();
    loaded = module.default;
    return module;
  };
  loads.push(remember);
  const Awaited: ComponentType<Props> = lazy(remember);
  return function LazyPage(props: Props) {
    // The choice stays: another component in its place would begin anew.
    const [Content] = useState(() => loaded ?? Awaited);
    return createElement(Content, props);
  };
}

/** Fetches the code of all pages, so that going to one does not wait for it. One that does not come is fetched again when it is gone to. */
export async function loadPagesAhead(): Promise<void> {
  await Promise.allSettled(loads.map((load) => load()));
}

export const AuditPage = page(async () => ({
  default: (await import('./pages/audit/audit-page.tsx')).AuditPage,
}));
export const ComposerPage = page(async () => ({
  default: (await import('./pages/composer/composer-page.tsx')).ComposerPage,
}));
export const DebtsPage = page(async () => ({
  default: (await import('./pages/debts/debts-page.tsx')).DebtsPage,
}));
export const ErrorPage = page(async () => ({
  default: (await import('./pages/help/error-page.tsx')).ErrorPage,
}));
export const HelpPage = page(async () => ({
  default: (await import('./pages/help/help-page.tsx')).HelpPage,
}));
export const LocksPage = page(async () => ({
  default: (await import('./pages/locks/locks-page.tsx')).LocksPage,
}));
export const PlanPage = page(async () => ({
  default: (await import('./pages/plan/plan-page.tsx')).PlanPage,
}));
export const PreflightPage = page(async () => ({
  default: (await import('./pages/preflight/preflight-page.tsx')).PreflightPage,
}));
export const QuarantinePage = page(async () => ({
  default: (await import('./pages/quarantine/quarantine-page.tsx')).QuarantinePage,
}));
export const ReconcilePage = page(async () => ({
  default: (await import('./pages/reconcile/reconcile-page.tsx')).ReconcilePage,
}));
export const ReconcileReportPage = page(async () => ({
  default: (await import('./pages/reconcile/reconcile-report-page.tsx')).ReconcileReportPage,
}));
export const ReportPage = page(async () => ({
  default: (await import('./pages/run/report-page.tsx')).ReportPage,
}));
export const RunPage = page(async () => ({
  default: (await import('./pages/run/run-page.tsx')).RunPage,
}));
export const RunsPage = page(async () => ({
  default: (await import('./pages/runs/runs-page.tsx')).RunsPage,
}));
export const SettingsPage = page(async () => ({
  default: (await import('./pages/settings/settings-page.tsx')).SettingsPage,
}));
export const SnapshotsPage = page(async () => ({
  default: (await import('./pages/snapshots/snapshots-page.tsx')).SnapshotsPage,
}));
export const StatusPage = page(async () => ({
  default: (await import('./pages/status/status-page.tsx')).StatusPage,
}));
export const TargetFormPage = page(async () => ({
  default: (await import('./pages/targets/target-form-page.tsx')).TargetFormPage,
}));
export const TargetsPage = page(async () => ({
  default: (await import('./pages/targets/targets-page.tsx')).TargetsPage,
}));

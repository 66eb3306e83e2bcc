import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { queryClient } from './client.ts';
import { EmptyState } from './components/empty-state.tsx';
import { Page } from './components/page.tsx';
import { PageSkeleton } from './components/page-skeleton.tsx';
import { pageNonce } from './page-nonce.ts';
import { ComposerPage } from './pages/composer/composer-page.tsx';
import { DebtsPage } from './pages/debts/debts-page.tsx';
import { HomePage } from './pages/home/home-page.tsx';
import { LocksPage } from './pages/locks/locks-page.tsx';
import { PlanPage } from './pages/plan/plan-page.tsx';
import { PreflightPage } from './pages/preflight/preflight-page.tsx';
import { QuarantinePage } from './pages/quarantine/quarantine-page.tsx';
import { ReconcilePage } from './pages/reconcile/reconcile-page.tsx';
import { ReconcileReportPage } from './pages/reconcile/reconcile-report-page.tsx';
import { ReportPage } from './pages/run/report-page.tsx';
import { RunPage } from './pages/run/run-page.tsx';
import { RunsPage } from './pages/runs/runs-page.tsx';
import { SettingsPage } from './pages/settings/settings-page.tsx';
import { SnapshotsPage } from './pages/snapshots/snapshots-page.tsx';
import { StatusPage } from './pages/status/status-page.tsx';
import { RenderFaultBoundary } from './shell/render-fault-boundary.tsx';
import { Shell } from './shell/shell.tsx';
import { TargetProvider } from './shell/targets.tsx';
import { cssVariables, theme } from './theme/theme.ts';

// Charts are a chunk of their own, which the first page does not wait for.
const AuditPage = lazy(async () => {
  const { AuditPage: page } = await import('./pages/audit/audit-page.tsx');
  return { default: page };
});

// Forms that most operators see once.
const TargetsPage = lazy(async () => {
  const { TargetsPage: page } = await import('./pages/targets/targets-page.tsx');
  return { default: page };
});
const TargetFormPage = lazy(async () => {
  const { TargetFormPage: page } = await import('./pages/targets/target-form-page.tsx');
  return { default: page };
});

// Read when something is in the way.
const HelpPage = lazy(async () => {
  const { HelpPage: page } = await import('./pages/help/help-page.tsx');
  return { default: page };
});
const ErrorPage = lazy(async () => {
  const { ErrorPage: page } = await import('./pages/help/error-page.tsx');
  return { default: page };
});

/** The console: its providers, its shell, and one page per address. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={pageNonce}
    >
      <QueryClientProvider client={queryClient}>
        <TargetProvider>
          <Notifications position="bottom-right" />
          <Shell>
            <Pages />
          </Shell>
        </TargetProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Pages() {
  const [path] = useLocation();
  return (
    <RenderFaultBoundary key={path}>
      <Switch>
        <Route path="/" component={HomePage} />
        <Route path="/status" component={StatusPage} />
        <Route path="/plan" component={ComposerPage} />
        <Route path="/plans/:runId">{({ runId }) => <PlanPage key={runId} runId={runId} />}</Route>
        <Route path="/runs" component={RunsPage} />
        <Route path="/runs/:runId">{({ runId }) => <RunPage key={runId} runId={runId} />}</Route>
        <Route path="/runs/:runId/report">{({ runId }) => <ReportPage runId={runId} />}</Route>
        <Route path="/snapshots" component={SnapshotsPage} />
        <Route path="/quarantine" component={QuarantinePage} />
        <Route path="/debts" component={DebtsPage} />
        <Route path="/reconcile" component={ReconcilePage} />
        <Route path="/reconcile/:reportId">
          {({ reportId }) => <ReconcileReportPage key={reportId} reportId={reportId} />}
        </Route>
        <Route path="/targets">
          <Suspense fallback={<PageSkeleton />}>
            <TargetsPage />
          </Suspense>
        </Route>
        <Route path="/targets/new">
          <Suspense fallback={<PageSkeleton />}>
            <TargetFormPage />
          </Suspense>
        </Route>
        <Route path="/targets/:name">
          {({ name }) => (
            <Suspense fallback={<PageSkeleton />}>
              <TargetFormPage key={name} name={name} />
            </Suspense>
          )}
        </Route>
        <Route path="/audit">
          <Suspense fallback={<PageSkeleton />}>
            <AuditPage />
          </Suspense>
        </Route>
        <Route path="/locks" component={LocksPage} />
        <Route path="/preflight" component={PreflightPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route path="/help">
          <Suspense fallback={<PageSkeleton />}>
            <HelpPage />
          </Suspense>
        </Route>
        <Route path="/help/:code">
          {({ code }) => (
            <Suspense fallback={<PageSkeleton />}>
              <ErrorPage key={code} code={code} />
            </Suspense>
          )}
        </Route>
        <Route>
          <Page title="No such page">
            <EmptyState
              title="Nothing is at this address"
              text="The link may come from another version of Unwind."
              action={<Link href="/">Go to Home</Link>}
            />
          </Page>
        </Route>
      </Switch>
    </RenderFaultBoundary>
  );
}

import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { queryClient } from './client.ts';
import { EmptyState } from './components/empty-state.tsx';
import { Page } from './components/page.tsx';
import { PageSkeleton } from './components/page-skeleton.tsx';
import {
  AuditPage,
  ComposerPage,
  DebtsPage,
  ErrorPage,
  HelpPage,
  LocksPage,
  loadPagesAhead,
  PlanPage,
  PreflightPage,
  QuarantinePage,
  ReconcilePage,
  ReconcileReportPage,
  ReportPage,
  RunPage,
  RunsPage,
  SettingsPage,
  SnapshotsPage,
  StatusPage,
  TargetFormPage,
  TargetsPage,
} from './lazy-pages.ts';
import { pageNonce } from './page-nonce.ts';
import { HomePage } from './pages/home/home-page.tsx';
import { RenderFaultBoundary } from './shell/render-fault-boundary.tsx';
import { Shell } from './shell/shell.tsx';
import { TargetProvider } from './shell/targets.tsx';
import { cssVariables, theme } from './theme/theme.ts';

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

/** After the first page is there and what it asked for is under way. */
const LOAD_AHEAD_MS = 500;

function Pages() {
  const [path] = useLocation();
  useEffect(() => {
    const timer = setTimeout(() => void loadPagesAhead(), LOAD_AHEAD_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <RenderFaultBoundary key={path}>
      <Suspense fallback={<PageSkeleton />}>
        <Switch>
          <Route path="/" component={HomePage} />
          <Route path="/status" component={StatusPage} />
          <Route path="/plan" component={ComposerPage} />
          <Route path="/plans/:runId">
            {({ runId }) => <PlanPage key={runId} runId={runId} />}
          </Route>
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
          <Route path="/targets" component={TargetsPage} />
          <Route path="/targets/new">
            <TargetFormPage />
          </Route>
          <Route path="/targets/:name">
            {({ name }) => <TargetFormPage key={name} name={name} />}
          </Route>
          <Route path="/audit" component={AuditPage} />
          <Route path="/locks" component={LocksPage} />
          <Route path="/preflight" component={PreflightPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route path="/help" component={HelpPage} />
          <Route path="/help/:code">{({ code }) => <ErrorPage key={code} code={code} />}</Route>
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
      </Suspense>
    </RenderFaultBoundary>
  );
}

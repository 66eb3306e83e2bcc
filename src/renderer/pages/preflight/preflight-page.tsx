import { Button, SegmentedControl } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link, useSearchParams } from 'wouter';
import { PreflightGroup } from '../../../shared/domain/preflight.ts';
import { ScopeMode } from '../../../shared/domain/scope.ts';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { GROUP_TITLES, preflightCommand } from '../../words/preflight-words.ts';
import { LineList, LineListSkeleton } from './line-list.tsx';
import classes from './preflight-page.module.css';
import { usePreflight } from './use-preflight.ts';
import { VerdictBar } from './verdict-bar.tsx';

const MODES = [
  { value: 'both', label: 'Rows and objects' },
  { value: 'database-only', label: 'Rows only' },
  { value: 'r2-only', label: 'Objects only' },
] as const satisfies readonly { readonly value: ScopeMode; readonly label: string }[];

/** Whether everything that a rollback needs is there, one line for each condition, each as soon as it is known. */
export function PreflightPage() {
  const { chosen, isPending } = useTargets();
  const { mode, setMode } = useMode();
  const { view, again } = usePreflight({ target: chosen?.name, mode, isKnown: !isPending });
  const isRunning = view.report === undefined && view.error === null;
  const isReady = view.report !== undefined && view.report.result !== 'not-ready';
  return (
    <Page
      title="Preflight"
      subtitle="Looks at every condition that could keep a rollback from working. Changes nothing on the target."
      command={preflightCommand(mode)}
      width="document"
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={isRunning}
            onClick={again}
          >
            Run again
          </Button>
          {isReady ? (
            <Button component={Link} href="/plan">
              Plan a rollback
            </Button>
          ) : null}
        </>
      }
    >
      <SegmentedControl
        aria-label="Kind of rollback"
        className={classes.mode ?? ''}
        data={MODES.map((choice) => ({ ...choice }))}
        value={mode}
        onChange={setMode}
      />
      {view.error === null ? (
        <VerdictBar report={view.report} lineCount={view.lines.length} />
      ) : (
        <ErrorPanel error={view.error} />
      )}
      {PreflightGroup.options.map((group) => (
        <GroupSection
          key={group}
          group={group}
          lines={view.lines.filter((line) => line.group === group)}
          isRunning={isRunning}
        />
      ))}
    </Page>
  );
}

function GroupSection(props: {
  readonly group: PreflightGroup;
  readonly lines: Parameters<typeof LineList>[0]['lines'];
  readonly isRunning: boolean;
}) {
  const { group, lines, isRunning } = props;
  if (lines.length === 0 && !isRunning) return null;
  return (
    <Section
      title={GROUP_TITLES[group]}
      note={group === 'database' ? <Link href="/locks">Who holds the rows</Link> : undefined}
    >
      {lines.length === 0 ? <LineListSkeleton group={group} /> : <LineList lines={lines} />}
    </Section>
  );
}

/** The kind of rollback is kept in the address of the page. */
function useMode(): { readonly mode: ScopeMode; readonly setMode: (mode: string) => void } {
  const [search, setSearch] = useSearchParams();
  return {
    mode: ScopeMode.catch('both').parse(search.get('mode')),
    setMode: (mode) => {
      setSearch(mode === 'both' ? {} : { mode });
    },
  };
}

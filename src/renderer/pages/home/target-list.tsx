import { IconCircleDashed, IconLockExclamation, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { TargetEntry } from '../../../shared/contract/target.ts';
import type { RunSummary } from '../../../shared/domain/run.ts';
import { type ListColumn, ListTable } from '../../components/list-table.tsx';
import { Mark } from '../../components/mark.tsx';
import { Section } from '../../components/page.tsx';
import table from '../../components/table.module.css';
import { safeModeListOptions } from '../../queries.ts';
import { GUARD_WORDS } from '../../shell/environment.ts';
import { EnvironmentMark } from '../../shell/environment-mark.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { isUnfinished } from '../../words/run-words.ts';

const STATES = {
  'safe-mode': { tone: 'held', icon: IconLockExclamation, word: 'Safe mode' },
  running: { tone: 'running', icon: IconPlayerPlay, word: 'Run going on' },
  unfinished: { tone: 'held', icon: IconCircleDashed, word: 'Run unfinished' },
} as const;

/** The targets by name, each with where it stands, what it takes to change it, and whether something is open; the name works on it. */
export function TargetList(props: { readonly runs: readonly RunSummary[] }) {
  const { targets, choose } = useTargets();
  const [, go] = useLocation();
  const safeModes = useQuery(safeModeListOptions()).data?.safeModes ?? [];
  if (targets.length === 0) return null;

  const stateOf = (name: string): keyof typeof STATES | undefined => {
    if (safeModes.some(({ targetName }) => targetName === name)) return 'safe-mode';
    const own = props.runs.filter(({ targetName }) => targetName === name);
    if (own.some(({ state }) => state === 'running')) return 'running';
    return own.some(isUnfinished) ? 'unfinished' : undefined;
  };
  const columns: readonly ListColumn<TargetEntry>[] = [
    {
      title: 'Environment',
      width: 'fit',
      cell: ({ environment }) => <EnvironmentMark environment={environment} />,
    },
    {
      title: 'Target',
      width: 'cut',
      cell: ({ name }) => (
        <button
          type="button"
          className={table.cellButton}
          onClick={() => {
            choose(name);
            go('/status');
          }}
        >
          {name}
        </button>
      ),
    },
    {
      title: 'Database and bucket',
      width: 'fit',
      cell: ({ databaseKind, bucket }) => (
        <>
          {databaseKind === 'd1' ? 'D1' : 'PostgreSQL'}
          {bucket === null ? null : (
            <>
              {' '}
              with <code>{bucket}</code>
            </>
          )}
        </>
      ),
    },
    { title: 'Guard', width: 'wide', cell: ({ guard }) => GUARD_WORDS[guard] },
    {
      title: 'Open',
      width: 'fit',
      cell: ({ name }) => {
        const state = stateOf(name);
        return state === undefined ? (
          <span className="dim">nothing</span>
        ) : (
          <Mark {...STATES[state]} />
        );
      },
    },
  ];
  return (
    <Section title="Targets">
      <ListTable columns={columns} rows={targets} keyOf={({ name }) => name} />
    </Section>
  );
}

import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { TargetEntry } from '../../../shared/contract/target.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { type ListColumn, ListTable } from '../../components/list-table.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { GUARD_WORDS } from '../../shell/environment.ts';
import { EnvironmentMark } from '../../shell/environment-mark.tsx';
import { useTargets } from '../../shell/targets.tsx';
import { VaultPanel } from './vault-panel.tsx';

const SOURCES: Record<TargetEntry['source'], string> = {
  configuration: 'environment or config file',
  workspace: 'entered here',
  sandbox: 'sandbox',
};

const COLUMNS: readonly ListColumn<TargetEntry>[] = [
  {
    title: 'Environment',
    width: 'fit',
    cell: ({ environment }) => <EnvironmentMark environment={environment} />,
  },
  { title: 'Target', width: 'cut', cell: (entry) => <TargetName entry={entry} /> },
  {
    title: 'Database',
    width: 'fit',
    cell: ({ databaseKind }) => (databaseKind === 'd1' ? 'D1' : 'PostgreSQL'),
  },
  {
    title: 'Bucket',
    width: 'fit',
    cell: ({ bucket }) =>
      bucket === null ? <span className="dim">none</span> : <code>{bucket}</code>,
  },
  { title: 'Guard', width: 'fit', cell: ({ guard }) => GUARD_WORDS[guard] },
  { title: 'From', width: 'fit', cell: ({ source }) => SOURCES[source] },
];

function TargetName(props: { readonly entry: TargetEntry }) {
  const { name, source, isDefault } = props.entry;
  return (
    <>
      {source === 'workspace' ? <Link href={`/targets/${name}`}>{name}</Link> : name}
      {isDefault ? <span className="dim"> · default</span> : null}
    </>
  );
}

/** The targets that can be chosen, where each comes from, and the vault that keeps their secrets. */
export function TargetsPage() {
  const { targets, error, isPending } = useTargets();
  return (
    <Page
      title="Targets"
      subtitle="A target is a database, its bucket and the originals. What the environment or a config file says is changed there."
      command="unwind config show"
      actions={
        <Button
          component={Link}
          href="/targets/new"
          leftSection={<IconPlus size={16} aria-hidden />}
        >
          Add a target
        </Button>
      }
    >
      {error !== null ? (
        <ErrorPanel error={error} />
      ) : isPending ? (
        <TableSkeleton columns={COLUMNS.map(({ title }) => title)} rowCount={3} />
      ) : targets.length === 0 ? (
        <EmptyState
          title="No target yet"
          text="Add one here, name one in the environment or in a config file, or start the sandbox from Home."
        />
      ) : (
        <Section title="All targets">
          <ListTable columns={COLUMNS} rows={targets} keyOf={({ name }) => name} />
        </Section>
      )}
      <VaultPanel />
    </Page>
  );
}

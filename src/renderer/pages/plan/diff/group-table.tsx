import { useQuery } from '@tanstack/react-query';
import type { ItemGroup, ItemGrouping } from '../../../../shared/domain/plan.ts';
import { api } from '../../../client.ts';
import { ByteSize } from '../../../components/byte-size.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { type ListColumn, ListTable } from '../../../components/list-table.tsx';
import { ErrorPanel } from '../../../components/problem-panel.tsx';
import table from '../../../components/table.module.css';
import { TableSkeleton } from '../../../components/table-skeleton.tsx';
import { countOf, countText } from '../../../format/count.ts';
import { GROUPING_WORDS, groupName } from '../../../words/group-words.ts';
import { type DiffFilter, inputOfFilter } from './diff-filter.ts';

/** The files that match, a line for each user, folder or batch; a line opens its files. */
export function GroupTable(props: {
  readonly runId: string;
  readonly by: ItemGrouping;
  readonly filter: DiffFilter;
  readonly onOpen: (group: ItemGroup) => void;
}) {
  const { runId, by, filter } = props;
  const { data, error } = useQuery(
    api.plan.groups.queryOptions({ input: { runId, by, ...inputOfFilter(filter) } }),
  );
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined)
    return (
      <TableSkeleton
        columns={[GROUPING_WORDS[by], 'Files', 'Change', 'Held', 'Objects']}
        rowCount={6}
      />
    );
  if (data.total === 0) {
    return (
      <EmptyState
        title="No file matches"
        text="No file of this plan matches the search and the filters."
      />
    );
  }
  const columns: readonly ListColumn<ItemGroup>[] = [
    {
      title: GROUPING_WORDS[by],
      width: 'cut',
      hover: ({ value }) => groupName(by, value),
      cell: (group) => (
        <button
          type="button"
          className={table.cellButton}
          onClick={() => {
            props.onOpen(group);
          }}
        >
          {groupName(by, group.value)}
        </button>
      ),
    },
    { title: 'Files', width: 'number', cell: ({ files }) => countText(files) },
    { title: 'Change', width: 'number', cell: ({ toChange }) => countText(toChange) },
    { title: 'Held', width: 'number', cell: ({ held }) => countText(held) },
    {
      title: 'Objects',
      width: 'number',
      cell: ({ objectBytes }) => <ByteSize sizeBytes={objectBytes} />,
    },
  ];
  return (
    <>
      <ListTable
        columns={columns}
        rows={data.groups}
        keyOf={({ value }) => `${by} ${value ?? 'NULL'}`}
      />
      {data.total > data.groups.length ? (
        <p className="dim">
          The {countText(data.groups.length)} with most files of {countOf(data.total, by)}.
        </p>
      ) : null}
    </>
  );
}

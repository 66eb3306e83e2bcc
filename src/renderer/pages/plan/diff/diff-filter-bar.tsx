import { NativeSelect, Pill, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { HeldReason, ItemGrouping, ItemOutcome, Verdict } from '../../../../shared/domain/plan.ts';
import type { RunDetail } from '../../../../shared/domain/run.ts';
import { countText } from '../../../format/count.ts';
import { GROUPING_WORDS, groupName } from '../../../words/group-words.ts';
import { changedFileCount, heldReasonWord } from '../../../words/plan-words.ts';
import classes from './diff.module.css';
import type { DiffFilter } from './diff-filter.ts';

const SEARCH_REST_MS = 200;

const OUTCOME_WORDS: Record<ItemOutcome, string> = {
  planned: 'Not reached',
  done: 'Done',
  drifted: 'Drifted',
  failed: 'Failed',
};

/** Search, verdict, reason for holding, and after the run the outcome. The server does the filtering. */
export function DiffFilterBar(props: {
  readonly run: RunDetail;
  readonly filter: DiffFilter;
  readonly onFilter: (filter: DiffFilter) => void;
  /** What can be done with the items that match. */
  readonly actions: ReactNode;
}) {
  const { run, filter, onFilter } = props;
  const { counts, heldByReason } = run.plan;
  return (
    <div className={classes.bar}>
      <SearchField
        search={filter.search}
        onSearch={(search) => {
          onFilter({ ...filter, search });
        }}
      />
      <SegmentedControl
        aria-label="Verdict"
        size="sm"
        data={[
          { value: 'all', label: `All ${countText(counts.records)}` },
          { value: 'change', label: `Change ${countText(changedFileCount(run.plan))}` },
          { value: 'held', label: `Held ${countText(counts.held)}` },
          { value: 'untouched', label: `Untouched ${countText(counts.untouched)}` },
        ]}
        value={filter.verdict ?? 'all'}
        onChange={(value) => {
          const verdict = Verdict.safeParse(value).data;
          onFilter({ ...filter, verdict, heldReason: undefined });
        }}
      />
      {heldByReason.length === 0 ? null : (
        <NativeSelect
          aria-label="Reason for holding"
          className={classes.reason ?? ''}
          value={filter.heldReason ?? ''}
          data={[
            { value: '', label: 'Any reason' },
            ...heldByReason.map(({ reason, count }) => ({
              value: reason,
              label: `${heldReasonWord(reason)} (${countText(count)})`,
            })),
          ]}
          onChange={(event) => {
            const heldReason = HeldReason.safeParse(event.currentTarget.value).data;
            onFilter({
              ...filter,
              heldReason,
              verdict: heldReason === undefined ? filter.verdict : 'held',
            });
          }}
        />
      )}
      {run.state === 'planned' ? null : (
        <NativeSelect
          aria-label="Outcome"
          value={filter.outcome ?? ''}
          data={[
            { value: '', label: 'Any outcome' },
            ...ItemOutcome.options.map((value) => ({ value, label: OUTCOME_WORDS[value] })),
          ]}
          onChange={(event) => {
            onFilter({ ...filter, outcome: ItemOutcome.safeParse(event.currentTarget.value).data });
          }}
        />
      )}
      <GroupFields filter={filter} onFilter={onFilter} />
      {props.actions}
    </div>
  );
}

/** What files are grouped by, and the one group whose files are shown. */
function GroupFields(props: {
  readonly filter: DiffFilter;
  readonly onFilter: (filter: DiffFilter) => void;
}) {
  const { filter, onFilter } = props;
  const { by, group } = filter;
  return (
    <>
      <NativeSelect
        aria-label="Group by"
        value={by ?? ''}
        data={[
          { value: '', label: 'One line a file' },
          ...ItemGrouping.options.map((value) => ({
            value,
            label: `Group by ${GROUPING_WORDS[value].toLowerCase()}`,
          })),
        ]}
        onChange={(event) => {
          onFilter({ ...filter, by: ItemGrouping.safeParse(event.currentTarget.value).data });
        }}
      />
      {group === undefined ? null : (
        <Pill
          withRemoveButton
          className={classes.group ?? ''}
          removeButtonProps={{
            'aria-label': 'Show the files of all groups',
            'aria-hidden': false,
            tabIndex: 0,
          }}
          onRemove={() => {
            onFilter({ ...filter, group: undefined });
          }}
        >
          {GROUPING_WORDS[group.by]}: {groupName(group.by, group.value)}
        </Pill>
      )}
    </>
  );
}

function SearchField(props: {
  readonly search: string;
  readonly onSearch: (search: string) => void;
}) {
  const [typed, setTyped] = useState(props.search);
  const apply = useDebouncedCallback(props.onSearch, SEARCH_REST_MS);
  return (
    <TextInput
      className={classes.search ?? ''}
      type="search"
      aria-label="Search the diff"
      placeholder="Path, name, key or id"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      maxLength={500}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        apply(event.currentTarget.value);
      }}
    />
  );
}

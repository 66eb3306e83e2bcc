import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { RecordStatus, StatusReport } from '../../../shared/domain/status.ts';
import { Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { Pager } from './pager.tsx';
import { RecordDrawer } from './record-drawer.tsx';
import { RECORD_COLUMNS, RecordTable } from './record-table.tsx';
import classes from './status-page.module.css';
import { PAGE_SIZE } from './use-status.ts';
import type { StatusFilter } from './use-status-filter.ts';
import { UserFilter } from './user-filter.tsx';

/** The records that match the filter, one page at a time, with the details of one. */
export function RecordsSection(props: {
  readonly filter: StatusFilter;
  readonly onChange: (change: Partial<StatusFilter>) => void;
  readonly records: { readonly data: StatusReport | undefined; readonly error: unknown };
}) {
  const { filter, onChange, records } = props;
  const [opened, setOpened] = useState<RecordStatus>();
  return (
    <Section title={filter.batchId === '' ? 'Records' : `Records of ${filter.batchId}`}>
      <div className={classes.bar}>
        <UserFilter
          key={filter.userId}
          userId={filter.userId}
          onApply={(userId) => {
            onChange({ userId });
          }}
        />
        {filter.batchId === '' ? null : (
          <Button
            variant="default"
            onClick={() => {
              onChange({ batchId: '' });
            }}
          >
            Show all batches
          </Button>
        )}
        <Switch
          label="Read the originals"
          title="Compares content by hash, not by presence and size alone. Slower."
          checked={filter.originals === 'content'}
          onChange={(event) => {
            onChange({ originals: event.currentTarget.checked ? 'content' : 'presence' });
          }}
        />
        <Pager
          offset={filter.offset}
          pageSize={PAGE_SIZE}
          total={records.data?.recordCount}
          onMove={(offset) => {
            onChange({ offset });
          }}
        />
      </div>
      {records.error !== null ? (
        <ErrorPanel error={records.error} />
      ) : records.data === undefined ? (
        <TableSkeleton columns={RECORD_COLUMNS} rowCount={12} />
      ) : (
        <RecordTable records={records.data.records} onOpen={setOpened} />
      )}
      <RecordDrawer
        record={opened}
        onClose={() => {
          setOpened(undefined);
        }}
      />
    </Section>
  );
}

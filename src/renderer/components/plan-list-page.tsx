import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type MakePlan, usePlanMaking } from '../use-plan-making.ts';
import { EmptyState } from './empty-state.tsx';
import { type ListColumn, ListTable } from './list-table.tsx';
import { Page } from './page.tsx';
import classes from './plan-list-page.module.css';
import { PlanMakingPanel } from './plan-making-panel.tsx';
import { ErrorPanel } from './problem-panel.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

const SKELETON_ROWS = 4;

/** What a row offers: a plan about it, or where there is nothing to plan, what to show instead. */
export type RowOffer =
  | {
      readonly kind: 'plan';
      readonly label: string;
      readonly make: MakePlan;
      readonly disabled?: boolean;
    }
  | { readonly kind: 'note'; readonly note: ReactNode };

/** What a list page is about. */
interface PlanList<Row> {
  readonly columns: readonly ListColumn<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly empty: { readonly title: string; readonly text: string };
  readonly offer: { readonly title: string; readonly of: (row: Row) => RowOffer };
}

/** A page that lists what earlier runs left, each line with the plan that deals with it. */
export function PlanListPage<Row>(
  props: PlanList<Row> & {
    readonly title: string;
    readonly subtitle: string;
    readonly command: string;
    readonly list: Pick<UseQueryResult<readonly Row[]>, 'data' | 'error'>;
  },
) {
  const { data, error } = props.list;
  const { making, make, cancel } = usePlanMaking();
  const titles = [...props.columns.map(({ title }) => title), props.offer.title];
  return (
    <Page title={props.title} subtitle={props.subtitle} command={props.command}>
      <div className={classes.making}>
        <PlanMakingPanel making={making} onCancel={cancel} />
      </div>
      {error !== null ? (
        <ErrorPanel error={error} />
      ) : data === undefined ? (
        <TableSkeleton columns={titles} rowCount={SKELETON_ROWS} />
      ) : data.length === 0 ? (
        <EmptyState {...props.empty} />
      ) : (
        <ListTable
          columns={[
            ...props.columns,
            {
              title: props.offer.title,
              width: 'fit',
              cell: (row) => (
                <Offer
                  title={props.offer.title}
                  offer={props.offer.of(row)}
                  isBusy={making.state === 'making'}
                  onMake={make}
                />
              ),
            },
          ]}
          rows={data}
          keyOf={props.keyOf}
        />
      )}
    </Page>
  );
}

function Offer(props: {
  readonly title: string;
  readonly offer: RowOffer;
  readonly isBusy: boolean;
  readonly onMake: (open: MakePlan) => void;
}) {
  const { offer } = props;
  if (offer.kind === 'note') return offer.note;
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={props.isBusy || offer.disabled === true}
      aria-label={`${offer.label}: makes a plan`}
      onClick={() => {
        props.onMake(offer.make);
      }}
    >
      {props.title}…
    </Button>
  );
}

import { Button } from '@mantine/core';
import type { StatusReport } from '../../../shared/domain/status.ts';
import { client } from '../../client.ts';
import { Section } from '../../components/page.tsx';
import { PlanMakingPanel } from '../../components/plan-making-panel.tsx';
import { usePlanMaking } from '../../use-plan-making.ts';
import { addedColumnsText, mayPlanDrop } from '../../words/added-columns-words.ts';
import classes from './status-page.module.css';

/** The last, optional step of a saved-file migration that was rolled back; nothing for any other schema. */
export function AddedColumns(props: { readonly status: StatusReport }) {
  const { status } = props;
  const { making, make, cancel } = usePlanMaking();
  if (status.schemaVariant !== 'saved-file') return null;
  const target = status.target.name;
  return (
    <Section title="Columns that the migration added">
      <div className={classes.columns}>
        <p>{addedColumnsText(status)}</p>
        <Button
          variant="default"
          disabled={!mayPlanDrop(status) || making.state === 'making'}
          onClick={() => {
            make((signal) => client.plan.createDropColumns({ target }, { signal }));
          }}
        >
          Plan to drop the columns
        </Button>
      </div>
      <PlanMakingPanel making={making} onCancel={cancel} />
    </Section>
  );
}

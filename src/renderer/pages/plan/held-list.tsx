import { IconShare2, IconSquareRounded } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useSearchParams } from 'wouter';
import type { PlanSummary } from '../../../shared/domain/plan.ts';
import { api } from '../../client.ts';
import { Mark } from '../../components/mark.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { countOf, countText } from '../../format/count.ts';
import { heldReasonWord } from '../../words/plan-words.ts';
import classes from './held-list.module.css';

/** What stays as it is, by reason, each with what can be done about it. A reason opens its files in the diff. */
export function HeldList(props: { readonly plan: PlanSummary }) {
  const { plan } = props;
  const [, setSearch] = useSearchParams();
  const samples = useQueries({
    queries: plan.heldByReason.map(({ reason }) =>
      api.plan.items.queryOptions({
        input: { runId: plan.runId, heldReason: reason, limit: 1 },
        staleTime: Number.POSITIVE_INFINITY,
      }),
    ),
  });
  return (
    <div className={classes.stack}>
      {plan.heldByReason.length === 0 ? (
        <p className="dim">No guard holds a file of this scope.</p>
      ) : (
        <TableBox>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Held because</th>
                <th scope="col" className={table.number}>
                  Files
                </th>
                <th scope="col">What can be done</th>
              </tr>
            </thead>
            <tbody>
              {plan.heldByReason.map(({ reason, count }, index) => (
                <tr key={reason} className={table.rowLink}>
                  <td className={table.fit}>
                    <button
                      type="button"
                      className={table.cellButton}
                      onClick={() => {
                        setSearch({ verdict: 'held', reason }, { replace: true });
                        document.querySelector('#diff')?.scrollIntoView({ block: 'start' });
                      }}
                    >
                      {heldReasonWord(reason)}
                    </button>
                  </td>
                  <td className={`${table.number ?? ''} ${table.fit ?? ''}`}>{countText(count)}</td>
                  <td>{samples[index]?.data?.items[0]?.held?.fix ?? ' '}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
      <Untouched plan={plan} />
    </div>
  );
}

function Untouched(props: { readonly plan: PlanSummary }) {
  const { objectsShared, untouched } = props.plan.counts;
  return (
    <div className={classes.others}>
      {objectsShared === 0 ? null : (
        <Mark
          tone="idle"
          icon={IconShare2}
          word={
            objectsShared === 1
              ? '1 shared object stays: another row points at it'
              : `${countText(objectsShared)} shared objects stay: other rows point at them`
          }
        />
      )}
      {untouched === 0 ? null : (
        <Mark
          tone="idle"
          icon={IconSquareRounded}
          word={`${countOf(untouched, 'file')} with nothing to do`}
        />
      )}
    </div>
  );
}

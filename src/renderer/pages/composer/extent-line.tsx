import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../client.ts';
import { toProblem } from '../../problem.ts';
import { useTargets } from '../../shell/targets.tsx';
import { extentText } from '../../words/extent-words.ts';
import { draftFault, type ScopeDraft, scopeOf } from '../../words/scope-words.ts';
import classes from './scope-form.module.css';

const REST_MS = 300;
const KEEP_MS = 30_000;

/** How much the scope holds by now, counted by the database as it is chosen. */
export function ExtentLine(props: { readonly draft: ScopeDraft }) {
  const [draft] = useDebouncedValue(props.draft, REST_MS);
  const { chosen } = useTargets();
  const isWhole = draftFault(draft) === null;
  const extent = useQuery({
    ...api.plan.extent.queryOptions({
      input: { ...(chosen === undefined ? {} : { target: chosen.name }), scope: scopeOf(draft) },
    }),
    enabled: isWhole && chosen !== undefined,
    staleTime: KEEP_MS,
    refetchOnWindowFocus: false,
  });
  if (!isWhole)
    return <p className={classes.extent}>Choose which records, and they are counted here.</p>;
  if (chosen === undefined) {
    return <p className={classes.extent}>No target yet: there is nothing to count.</p>;
  }
  if (extent.error !== null) {
    return (
      <p className={classes.extent}>
        The records cannot be counted now: {toProblem(extent.error).message}
      </p>
    );
  }
  // A count of what was chosen before must not stand below what is chosen now.
  const isCurrent = draft === props.draft && extent.data !== undefined;
  return (
    <p className={classes.extent} aria-live="polite" aria-busy={!isCurrent}>
      {isCurrent ? extentText(extent.data, draft.mode) : 'Counting…'}
    </p>
  );
}

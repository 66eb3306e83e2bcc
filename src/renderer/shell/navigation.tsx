import { useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { Link, useLocation } from 'wouter';
import { api } from '../client.ts';
import { countText } from '../format/count.ts';
import iconUrl from '../icon.svg?no-inline';
import { debtListOptions, runListOptions } from '../queries.ts';
import { isUnfinished } from '../words/run-words.ts';
import { PLACES } from './places.ts';
import classes from './shell.module.css';

/** The places of the console, with the counts that need attention. */
export function Navigation(props: { readonly onSkip: () => void }) {
  const [path] = useLocation();
  const runs = useQuery(runListOptions());
  const quarantine = useQuery(api.quarantine.list.queryOptions({ input: {}, staleTime: 10_000 }));
  const debts = useQuery(debtListOptions());
  const open = debts.data?.debts.filter((debt) => debt.state === 'open').length ?? 0;
  const unfinished = runs.data?.runs.filter((run) => isUnfinished(run)).length ?? 0;
  const kept = quarantine.data?.entries.filter((entry) => entry.state === 'kept').length ?? 0;
  const counts: Readonly<Record<string, { count: number; what: string; calm: boolean }>> = {
    '/runs': { count: unfinished, what: 'unfinished', calm: false },
    '/debts': { count: open, what: 'open', calm: false },
    '/quarantine': { count: kept, what: 'kept', calm: true },
  };
  return (
    <nav className={classes.nav} aria-label="Places">
      <a
        href="#content"
        className={classes.skip}
        onClick={(event) => {
          event.preventDefault();
          props.onSkip();
        }}
      >
        Skip to the page
      </a>
      <div className={classes.brand}>
        <img src={iconUrl} alt="" />
        <span>Unwind</span>
      </div>
      <ul className={classes.list}>
        {PLACES.map((place) => (
          <li key={place.href}>
            <Link
              href={place.href}
              className={clsx(classes.link, place.holds(path) && classes.current)}
              aria-current={place.holds(path) ? 'page' : undefined}
            >
              <place.icon size={18} stroke={1.75} aria-hidden />
              {place.label}
              <Count of={counts[place.href]} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Count(props: {
  readonly of:
    | { readonly count: number; readonly what: string; readonly calm: boolean }
    | undefined;
}) {
  if (props.of === undefined || props.of.count === 0) return null;
  const { count, what, calm } = props.of;
  return (
    <span
      className={clsx(classes.count, calm && classes.calm)}
      title={`${countText(count)} ${what}`}
    >
      {countText(count)}
    </span>
  );
}

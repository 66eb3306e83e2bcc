import { Kbd, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { ERROR_CODES, type ErrorCode } from '../../../shared/domain/error-codes.ts';
import { ERROR_GUIDE } from '../../../shared/domain/error-guide/error-guide.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { type ListColumn, ListTable } from '../../components/list-table.tsx';
import { Page, Section } from '../../components/page.tsx';
import { Prose } from '../../components/prose.tsx';
import { countOf } from '../../format/count.ts';
import { findErrors } from './find-errors.ts';
import classes from './help-page.module.css';

const STEPS: readonly { readonly href: string; readonly place: string; readonly text: string }[] = [
  {
    href: '/preflight',
    place: 'Preflight',
    text: 'looks whether everything that a rollback needs is there, and says what to mend.',
  },
  {
    href: '/plan',
    place: 'Plan',
    text: 'lists every row and object that would change, with the proof that its content exists elsewhere. It changes nothing.',
  },
  {
    href: '/runs',
    place: 'Run',
    text: 'takes a snapshot, resets rows, moves objects into quarantine and verifies the target. It may be stopped or killed at any moment: the run goes on from what it finds.',
  },
  {
    href: '/snapshots',
    place: 'Undo',
    text: 'is a plan of its own, open until the quarantine is purged. Newer data is never overwritten.',
  },
  {
    href: '/quarantine',
    place: 'Purge',
    text: 'frees the space for good. It is the one step that cannot be taken back, and always a plan and a typed phrase.',
  },
];

const KEYS: readonly { readonly keys: readonly string[]; readonly text: string }[] = [
  { keys: ['Ctrl', 'K'], text: 'go to a place, a target, a plan or a run' },
  { keys: ['↑', '↓'], text: 'move in a table of files' },
  { keys: ['Page Up', 'Page Down', 'Home', 'End'], text: 'move further in it' },
  { keys: ['Enter'], text: 'open the file that is chosen' },
  { keys: ['Esc'], text: 'close a drawer or a dialog; in a confirmation: cancel' },
];

const COLUMNS: readonly ListColumn<ErrorCode>[] = [
  { title: 'Code', width: 'fit', cell: (code) => <Link href={`/help/${code}`}>{code}</Link> },
  {
    title: 'What has happened',
    width: 'cut',
    hover: (code) => ERROR_GUIDE[code].cause,
    cell: (code) => <Prose text={ERROR_GUIDE[code].cause} />,
  },
  { title: 'CLI exit', width: 'wide-number', cell: (code) => ERROR_CODES[code].exitCode },
];

/** How a rollback goes, the keys, and every error with its cause, proof and next step. */
export function HelpPage() {
  const [address, setAddress] = useSearchParams();
  const [search, setSearch] = useState(address.get('q') ?? '');
  const found = findErrors(search);
  return (
    <Page
      title="Help"
      subtitle="How a rollback goes, and what to do when something is in its way. Works without a network."
      command="unwind errors"
      width="document"
    >
      <Section title="A rollback, step by step">
        <ol className={classes.steps}>
          {STEPS.map(({ href, place, text }) => (
            <li key={place}>
              <Link href={href}>{place}</Link> {text}
            </li>
          ))}
        </ol>
      </Section>
      <Section title="Errors" note={countOf(found.length, 'code')}>
        <TextInput
          type="search"
          aria-label="Search the errors"
          placeholder="A code, or words of what happened"
          className={classes.search ?? ''}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => {
            const typed = event.currentTarget.value;
            setSearch(typed);
            setAddress(typed === '' ? {} : { q: typed }, { replace: true });
          }}
        />
        {found.length === 0 ? (
          <EmptyState
            title="No error is about this"
            text="Search for the code that stands below the error, or for one word of it."
          />
        ) : (
          <ListTable columns={COLUMNS} rows={found} keyOf={(code) => code} />
        )}
      </Section>
      <Section title="Keys">
        <ul className={classes.keys}>
          {KEYS.map(({ keys, text }) => (
            <li key={text}>
              <span className={classes.combination}>
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </span>
              <span>{text}</span>
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  );
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import { debtListOptions } from '../../queries.ts';
import { openDebtsText } from '../../words/debt-words.ts';
import classes from './home.module.css';

/** Reminds of what partial rollbacks left open; nothing where nothing is. */
export function OpenDebts() {
  const debts = useQuery(debtListOptions());
  if (debts.error !== null) return <ErrorPanel error={debts.error} />;
  const text = openDebtsText(debts.data?.debts ?? []);
  if (text === undefined) return null;
  return (
    <Section title="Debts">
      <div className={classes.card}>
        <p>{text}</p>
        <Button component={Link} href="/debts" variant="default">
          See what is open
        </Button>
      </div>
    </Section>
  );
}

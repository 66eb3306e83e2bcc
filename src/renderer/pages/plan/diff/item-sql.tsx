import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../client.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { toProblem } from '../../../problem.ts';
import classes from './diff.module.css';

/** The statements that change the rows of a file, read from the target's own adapter when they are asked for. */
export function ItemSql(props: { readonly runId: string; readonly seq: number }) {
  const [isOpen, setOpen] = useState(false);
  const sql = useQuery({
    ...api.plan.sql.queryOptions({ input: { runId: props.runId, seq: props.seq } }),
    enabled: isOpen,
    staleTime: Infinity,
  });
  const text = sql.data?.statements.map((statement) => `${statement};`).join('\n\n') ?? '';
  return (
    <details
      className={classes.sql}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
      }}
    >
      <summary>SQL</summary>
      {sql.error !== null ? (
        <p>The target could not be asked: {toProblem(sql.error).message}</p>
      ) : text === '' ? (
        <p className="dim">
          {sql.data === undefined ? 'Reading…' : 'No statement: its rows stay.'}
        </p>
      ) : (
        <>
          <p className="dim">
            In one transaction with those of other files. A row that does not hold the values in
            WHERE is left alone. <code>&lt;time of run&gt;</code> becomes the moment of the run.
          </p>
          <div className={classes.statements}>
            <pre tabIndex={0}>{text}</pre>
            <CopyButton text={text} what="SQL" />
          </div>
        </>
      )}
    </details>
  );
}

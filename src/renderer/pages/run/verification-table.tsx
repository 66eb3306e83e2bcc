import { IconCheck, IconNote, IconX } from '@tabler/icons-react';
import clsx from 'clsx';
import type { Verification, VerificationCheck } from '../../../shared/domain/run.ts';
import { Copyable } from '../../components/copyable.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Mark } from '../../components/mark.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { countOf, countText } from '../../format/count.ts';
import classes from './run-page.module.css';

const LOOKS = {
  passed: { tone: 'done', icon: IconCheck, word: 'passed' },
  failed: { tone: 'failed', icon: IconX, word: 'failed' },
  noted: { tone: 'held', icon: IconNote, word: 'noted' },
} as const satisfies Record<VerificationCheck['result'], unknown>;

/** The checks of the verification: what was expected, what was found. */
export function VerificationTable(props: { readonly verification: Verification | null }) {
  if (props.verification === null) {
    return (
      <EmptyState
        title="Not verified yet"
        text="Verification reads every planned row and object again, and what must not have changed."
      />
    );
  }
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Result</th>
            <th scope="col">Check</th>
            <th scope="col" className={table.number}>
              Expected
            </th>
            <th scope="col" className={table.number}>
              Found
            </th>
          </tr>
        </thead>
        <tbody>
          {props.verification.checks.map((check) => (
            <tr key={check.name}>
              <td className={table.fit}>
                <Mark {...LOOKS[check.result]} />
              </td>
              <td>
                {check.sentence} <span className="dim">{check.name}</span>
                <Examples examples={check.examples} />
              </td>
              <td className={clsx(table.fit, table.number)}>{countText(check.expected)}</td>
              <td className={clsx(table.fit, table.number)}>{countText(check.actual)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function Examples(props: { readonly examples: readonly string[] }) {
  if (props.examples.length === 0) return null;
  return (
    <details className={classes.examples}>
      <summary>{countOf(props.examples.length, 'example')}</summary>
      <ul>
        {props.examples.map((example) => (
          <li key={example}>
            <Copyable text={example} what="example" look="wrapped" />
          </li>
        ))}
      </ul>
    </details>
  );
}

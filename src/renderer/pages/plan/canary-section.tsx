import { NumberInput } from '@mantine/core';
import { Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { bytesText } from '../../format/bytes.ts';
import { countOf, countText } from '../../format/count.ts';
import { canarySentence } from '../../words/stage-words.ts';
import classes from './plan-page.module.css';
import type { Canary } from './use-canary.ts';

/** Lets the operator roll back a few files first, and shows which these are. */
export function CanarySection(props: { readonly canary: Canary }) {
  const { canary } = props;
  return (
    <Section title="A few files first" note="A canary: the rest waits until you have looked at it.">
      <div className={classes.stack}>
        <CanaryField canary={canary} />
        {canary.error === null ? null : <ErrorPanel error={canary.error} />}
        {canary.stages === undefined ? null : <FirstFiles stages={canary.stages} />}
      </div>
    </Section>
  );
}

/** How many files go first; empty: all at once. */
export function CanaryField(props: { readonly canary: Canary }) {
  const { canary } = props;
  return (
    <NumberInput
      label="Files to roll back first"
      placeholder="all at once"
      min={1}
      step={10}
      maw={240}
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      value={canary.files ?? ''}
      onChange={(value) => {
        canary.choose(typeof value === 'number' && value > 0 ? value : null);
      }}
    />
  );
}

function FirstFiles(props: { readonly stages: NonNullable<Canary['stages']> }) {
  const [first] = props.stages;
  if (first === undefined) return null;
  const more = first.files - first.sample.length;
  return (
    <>
      <p>{canarySentence(props.stages)}</p>
      <TableBox>
        <table className={table.table} aria-label="The files that go first">
          <thead>
            <tr>
              <th scope="col" className={table.number}>
                #
              </th>
              <th scope="col">File</th>
              <th scope="col">Object</th>
              <th scope="col" className={table.number}>
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {first.sample.map((item) => (
              <tr key={item.seq}>
                <td className={`${table.fit ?? ''} ${table.number ?? ''}`}>
                  {countText(item.seq)}
                </td>
                <td>{item.filename ?? item.sourcePath ?? item.recordId}</td>
                <td>
                  <code>{item.objectKey ?? '–'}</code>
                </td>
                <td className={`${table.fit ?? ''} ${table.number ?? ''}`}>
                  {item.object === null ? '–' : bytesText(item.object.sizeBytes)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      {more > 0 ? <p className="dim">…and {countOf(more, 'file')} more.</p> : null}
    </>
  );
}

import clsx from 'clsx';
import type { AnalysisGroup } from '../../../shared/domain/analysis.ts';
import { ByteSize } from '../../components/byte-size.tsx';
import table from '../../components/table.module.css';
import { countText } from '../../format/count.ts';
import { percentText, shortDurationText } from '../../words/audit-words.ts';

/** What the runs of each target, or of each operator, came to. */
export function GroupTable(props: {
  readonly noun: 'Target' | 'Operator';
  readonly groups: readonly AnalysisGroup[];
}) {
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{props.noun}</th>
            <th scope="col" className={table.number}>
              Runs
            </th>
            <th scope="col" className={table.number}>
              Success rate
            </th>
            <th scope="col" className={table.number}>
              Items done
            </th>
            <th scope="col" className={clsx(table.number, table.wide)}>
              Bytes freed
            </th>
            <th scope="col" className={clsx(table.number, table.wide)}>
              Median
            </th>
          </tr>
        </thead>
        <tbody>
          {props.groups.map(({ name, figures }) => (
            <tr key={name}>
              <td className={table.cut}>{name}</td>
              <td className={clsx(table.fit, table.number)}>{countText(figures.runs)}</td>
              <td className={clsx(table.fit, table.number)}>
                {figures.successFraction === null ? '–' : percentText(figures.successFraction)}
              </td>
              <td className={clsx(table.fit, table.number)}>{countText(figures.itemsDone)}</td>
              <td className={clsx(table.fit, table.number, table.wide)}>
                <ByteSize sizeBytes={figures.bytesFreed} />
              </td>
              <td className={clsx(table.fit, table.number, table.wide)}>
                {figures.durations.medianMs === null
                  ? '–'
                  : shortDurationText(figures.durations.medianMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

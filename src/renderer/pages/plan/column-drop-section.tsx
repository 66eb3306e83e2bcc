import type { ColumnDrop } from '../../../shared/domain/column-drop.ts';
import { Copyable } from '../../components/copyable.tsx';
import { Section } from '../../components/page.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { countOf } from '../../format/count.ts';

/** The columns of a plan that drops them, each with the statement that does it and the one that adds it again, empty. */
export function ColumnDropSection(props: { readonly drop: ColumnDrop }) {
  const { drop } = props;
  return (
    <Section
      title="The columns"
      note={`${countOf(drop.columns.length, 'column')} of ${drop.table}`}
    >
      <TableBox>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Is dropped by</th>
              <th scope="col">Is added again, empty, by</th>
            </tr>
          </thead>
          <tbody>
            {drop.columns.map(({ name, dropSql, inverseSql }) => (
              <tr key={name}>
                <td className={table.fit}>
                  <code>{name}</code>
                </td>
                <td>
                  <Copyable text={dropSql} what={`the statement that drops ${name}`} />
                </td>
                <td>
                  <Copyable text={inverseSql} what={`the statement that adds ${name}`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </Section>
  );
}

import { IconAlertTriangle, IconEyeOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ConfigValue } from '../../../shared/contract/target.ts';
import { api } from '../../client.ts';
import { Copyable } from '../../components/copyable.tsx';
import { Fields } from '../../components/fields.tsx';
import { Mark } from '../../components/mark.tsx';
import { Page, Section } from '../../components/page.tsx';
import { ErrorPanel } from '../../components/problem-panel.tsx';
import table from '../../components/table.module.css';
import { TableBox } from '../../components/table-box.tsx';
import { TableSkeleton } from '../../components/table-skeleton.tsx';
import { useTargets } from '../../shell/targets.tsx';

type Value = z.infer<typeof ConfigValue>;

const COLUMNS = ['Setting', 'Value', 'Source', 'From'] as const;

const SOURCE_WORDS: Record<Value['source'], string> = {
  flag: 'flag',
  environment: 'environment',
  'env-file': '.env file',
  'config-file': 'config file',
  vault: 'vault',
  sandbox: 'sandbox',
  default: 'default',
  'not-set': 'not set',
};

/** Every setting with where its value came from. Settings are changed where they come from, not here. */
export function SettingsPage() {
  const { chosen } = useTargets();
  const config = useQuery(
    api.config.show.queryOptions({ input: chosen === undefined ? {} : { target: chosen.name } }),
  );
  return (
    <Page
      title="Settings"
      subtitle="What Unwind works with and where each value came from. Change a value at its source."
      command="unwind config show"
    >
      {config.data === undefined ? null : (
        <Fields
          fields={[
            { name: 'Target', value: config.data.target },
            {
              name: 'Workspace',
              value: <Copyable text={config.data.workspace} what="workspace path" />,
            },
          ]}
        />
      )}
      <Section title="Configuration">
        {config.error !== null ? (
          <ErrorPanel error={config.error} />
        ) : config.isPending ? (
          <TableSkeleton columns={COLUMNS} rowCount={12} />
        ) : (
          <ConfigTable values={config.data.values} />
        )}
      </Section>
    </Page>
  );
}

function ConfigTable(props: { readonly values: readonly Value[] }) {
  return (
    <TableBox>
      <table className={table.table}>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.values.map((value) => (
            <tr key={value.name}>
              <td className={table.fit}>
                <code>{value.name}</code>
              </td>
              <td>
                <ShownValue value={value} />
              </td>
              <td className={table.fit}>
                {value.source === 'not-set' ? (
                  <span className="dim">–</span>
                ) : (
                  SOURCE_WORDS[value.source]
                )}
              </td>
              <td>
                {value.origin === null ? (
                  <span className="dim">–</span>
                ) : (
                  <code>{value.origin}</code>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function ShownValue(props: { readonly value: Value }) {
  const { value } = props;
  if (value.source === 'not-set') return <span className="dim">not set</span>;
  if (value.secret) return <Mark tone="idle" icon={IconEyeOff} word="set, never shown" />;
  if (value.value === null) return <span className="dim">none</span>;
  const shown = <Copyable text={value.value} what={value.name} look="wrapped" />;
  if (value.warning === undefined) return shown;
  return (
    <>
      {shown} <Mark tone="failed" icon={IconAlertTriangle} word={value.warning} />
    </>
  );
}

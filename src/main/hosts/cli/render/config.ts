import type { ConfigValue } from '../../../../shared/contract/target.ts';
import type { Terminal } from '../terminal.ts';
import { orDash } from './format.ts';
import { renderFacts, renderTable } from './table.ts';

/** Every setting with its value and where it came from. */
export function renderConfig(
  terminal: Terminal,
  config: {
    readonly target: string;
    readonly workspace: string;
    readonly values: readonly ConfigValue[];
  },
): string {
  const facts = renderFacts([
    ['target', config.target],
    ['workspace', config.workspace],
  ]);
  const table = renderTable(terminal, {
    columns: [{ title: 'setting' }, { title: 'value' }, { title: 'source' }, { title: 'origin' }],
    rows: config.values.map((value) => [
      value.name,
      value.secret && value.value !== null
        ? 'set (secret)'
        : orDash(value.value) + warningOf(value),
      value.source,
      orDash(value.origin),
    ]),
  });
  return `${facts}\n${table}`;
}

function warningOf({ warning }: ConfigValue): string {
  return warning === undefined ? '' : ` (${warning})`;
}

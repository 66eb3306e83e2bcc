import type { JsonValue, OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { Terminal } from '../terminal.ts';
import { visible, visibleLines } from '../visible.ts';

const shownListLength = 20;

/** An error for people: what happened, the lists that belong to it, and the next thing to do. */
export function renderError(terminal: Terminal, error: OperatorError): string {
  const { red, dim } = terminal.colors;
  const lists = Object.entries(error.details).flatMap(([name, value]) => listLines(name, value));
  return [
    `${red('✕')} ${visibleLines(error.message)} ${dim(`[${error.code}]`)}\n`,
    ...lists,
    `  → ${visibleLines(error.hint)}\n`,
  ].join('');
}

/** Lists in the details are what the operator chooses from or has to look at: candidates, batches, moved items. */
function listLines(name: string, value: JsonValue): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  const shown = value.slice(0, shownListLength).map((each: JsonValue) => `    ${inWords(each)}\n`);
  const more = value.length - shown.length;
  return [
    `  ${visible(name)}:\n`,
    ...shown,
    ...(more > 0 ? [`    … and ${String(more)} more\n`] : []),
  ];
}

function inWords(value: JsonValue): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}

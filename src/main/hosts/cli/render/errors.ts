import type { ExplainedError } from '../json/documents.ts';
import type { Terminal } from '../terminal.ts';
import { renderTable } from './table.ts';

/** One error: its cause, the proof, the next step. */
export function renderErrorGuide({ colors }: Terminal, error: ExplainedError): string {
  const { bold, dim } = colors;
  return [
    `${bold(error.code)} ${dim(`exit status ${String(error.exitCode)}${error.retryable ? ', the same call may succeed later' : ''}`)}\n`,
    ...(error.formerly === undefined ? [] : [`  ${dim('formerly')}  ${error.formerly}\n`]),
    `  ${dim('cause')}     ${error.cause}\n`,
    `  ${dim('proof')}     ${error.proof}\n`,
    `  ${dim('next')}      ${error.nextStep}\n`,
  ].join('');
}

/** Every error with its cause. */
export function renderErrorList(terminal: Terminal, errors: readonly ExplainedError[]): string {
  const table = renderTable(terminal, {
    columns: [
      { title: 'code', cells: 'whole' },
      { title: 'exit', align: 'right' },
      { title: 'cause', cells: 'may-shorten' },
    ],
    rows: errors.map(({ code, exitCode, cause }) => [code, String(exitCode), cause]),
  });
  return `${table}\nMore of one: unwind errors CODE\n`;
}

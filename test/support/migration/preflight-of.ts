import type { UnwindClient } from '../../../src/main/hosts/engine/client.ts';
import type { PreflightLine, PreflightReport } from '../../../src/shared/domain/preflight.ts';

type Input = Parameters<UnwindClient['preflight']['run']>[0];

/** The report of a preflight, after it was seen that its lines came one by one before it. */
export async function preflightOf(
  client: UnwindClient,
  input: Input = {},
): Promise<PreflightReport> {
  const lines: PreflightLine[] = [];
  for await (const event of await client.preflight.run(input)) {
    if (event.kind === 'line') lines.push(event.line);
    else if (JSON.stringify(event.report.lines) === JSON.stringify(lines)) return event.report;
    else throw new Error('The report holds other lines than those that came before it.');
  }
  throw new Error('The preflight ended without a report.');
}

/** The line of that name. */
export function lineOf(report: PreflightReport, name: string): PreflightLine | undefined {
  return report.lines.find((line) => line.name === name);
}

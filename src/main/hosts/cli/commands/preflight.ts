import type { ExitCode } from '../../../../shared/domain/error-codes.ts';
import { invariant, OperatorError } from '../../../../shared/domain/operator-error.ts';
import {
  LEASE_LINE,
  type PreflightGroup,
  type PreflightReport,
} from '../../../../shared/domain/preflight.ts';
import type { ScopeMode } from '../../../../shared/domain/scope.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { preflightRenderer } from '../render/preflight.ts';
import { forDisplay } from '../visible.ts';

export interface PreflightOptions extends GlobalOptions {
  readonly only?: readonly PreflightGroup[];
  readonly databaseOnly?: true;
  readonly r2Only?: true;
  readonly strict?: true;
}

/** Exit status by the group of the first line that failed. */
const EXIT_CODES: Readonly<Record<PreflightGroup, ExitCode>> = {
  configuration: 2,
  database: 3,
  bucket: 4,
  originals: 5,
  workspace: 5,
};

/** `unwind preflight`: one line for each condition that a rollback needs, printed as soon as it is known. */
export async function runPreflightCommand(
  context: CommandContext,
  { options }: { readonly options: PreflightOptions },
): Promise<CommandResult<'preflight'>> {
  const mode = modeOf(options);
  const { client } = await context.open();
  const render = preflightRenderer(context.terminal);
  const abort = new AbortController();
  const stopListening = context.interrupts.listen(() => {
    abort.abort();
  });
  let report: PreflightReport | undefined;
  try {
    const groups = options.only === undefined ? undefined : [...options.only];
    const input = { target: options.target, mode, groups };
    for await (const event of await client.preflight.run(input, { signal: abort.signal })) {
      if (abort.signal.aborted) throw cancelled();
      if (event.kind === 'finished') report = event.report;
      else context.say(render.line(forDisplay(event.line)));
    }
  } catch (error) {
    throw abort.signal.aborted ? cancelled() : error;
  } finally {
    stopListening();
  }
  invariant(report !== undefined, 'The preflight ended without a report.');
  return {
    exitCode: exitCodeOf(report, options.strict === true ? 'refused' : 'accepted'),
    text: render.summary(forDisplay(report)),
    document: { preflight: report },
  };
}

function modeOf(options: PreflightOptions): ScopeMode {
  if (options.databaseOnly === true && options.r2Only === true) {
    throw new OperatorError('SCOPE_CONTRADICTORY', {
      message: '--database-only and --r2-only exclude each other.',
      hint: 'Leave one of them out; without both, rows and objects are looked at.',
    });
  }
  if (options.databaseOnly === true) return 'database-only';
  return options.r2Only === true ? 'r2-only' : 'both';
}

/** The exit status that a report comes to. */
export function exitCodeOf(
  report: Pick<PreflightReport, 'lines'>,
  warnings: 'accepted' | 'refused',
): ExitCode {
  const failed = report.lines.find(({ state }) => state === 'failed');
  if (failed !== undefined) return failed.name === LEASE_LINE ? 7 : EXIT_CODES[failed.group];
  const warned = report.lines.some(({ state }) => state === 'warning');
  return warned && warnings === 'refused' ? 6 : 0;
}

function cancelled(): OperatorError {
  return new OperatorError('CANCELLED', {
    message: 'The preflight was cancelled. Nothing was changed.',
    hint: 'Run the command again.',
  });
}

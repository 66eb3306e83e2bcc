import type { ActivityReport } from '../../../../shared/contract/activity.ts';
import {
  type DatabaseSession,
  type StopWhat,
  stopPhrase,
} from '../../../../shared/domain/activity.ts';
import { OperatorError } from '../../../../shared/domain/operator-error.ts';
import type { CommandContext, CommandResult, GlobalOptions } from '../command.ts';
import { carriedOptions, shellWord } from '../execute-command.ts';
import { askPhrase } from '../flow/ask-phrase.ts';
import { renderLocks, renderStop, stopConsequence } from '../render/locks.ts';
import { forDisplay } from '../visible.ts';

export interface LocksOptions extends GlobalOptions {
  readonly cancel?: number;
  readonly terminate?: number;
  readonly startedAt?: string;
  readonly confirm?: true;
  readonly force?: true;
}

interface Wanted {
  readonly what: StopWhat;
  readonly pid: number;
}

/** `unwind locks`: who holds the rows; with `--cancel` or `--terminate` and `--confirm` stops one session. */
export async function runLocks(
  context: CommandContext,
  { options }: { readonly options: LocksOptions },
): Promise<CommandResult<'locks'>> {
  const wanted = wantedOf(options);
  const { client } = await context.open();
  const activity = await client.activity.list({ target: options.target });
  const list = renderLocks(context.terminal, forDisplay(activity));
  if (wanted === undefined) return { exitCode: 0, text: list, document: { activity, stop: null } };

  const session = findSession(activity, wanted, options);
  const phrase = stopPhrase(wanted.what, wanted.pid, activity.target.name);
  const consequence = stopConsequence(forDisplay(session), wanted.what);
  if (options.confirm !== true) {
    const again = stopCommand(context, activity, { what: wanted.what, session });
    return {
      exitCode: 0,
      text: `${list}\n${consequence}\nNothing was done. To do it:\n  ${again}\n`,
      document: { activity, stop: null },
    };
  }
  context.say(`${list}\n${consequence}\n`);
  const stop = await client.activity.cancel({
    target: options.target,
    pid: session.pid,
    startedAt: session.startedAt,
    what: wanted.what,
    confirmation: await consent(context, { phrase, prompt: options.force ? 'skip' : 'ask' }),
  });
  return { exitCode: 0, text: renderStop(forDisplay(stop)), document: { activity, stop } };
}

/** @throws USAGE_INVALID both are asked for, or a consent without anything to consent to. */
function wantedOf(options: LocksOptions): Wanted | undefined {
  const { cancel, terminate } = options;
  if (cancel !== undefined && terminate !== undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: '--cancel and --terminate exclude each other.',
      hint: 'Cancel the statement first; terminate the session if it stays.',
    });
  }
  if (cancel !== undefined) return { what: 'statement', pid: cancel };
  if (terminate !== undefined) return { what: 'session', pid: terminate };
  if (options.confirm !== undefined || options.startedAt !== undefined) {
    throw new OperatorError('USAGE_INVALID', {
      message: 'No session is named to stop.',
      hint: 'Add --cancel PID or --terminate PID, or leave --confirm and --started-at out.',
    });
  }
  return undefined;
}

/** @throws USAGE_INVALID no such session works on the tables of the target. */
function findSession(
  activity: ActivityReport,
  { pid }: Wanted,
  options: LocksOptions,
): DatabaseSession {
  const session = activity.sessions.find(
    (one) =>
      one.pid === pid && (options.startedAt === undefined || one.startedAt === options.startedAt),
  );
  if (session !== undefined) return session;
  const isFile = activity.kind === 'file';
  throw new OperatorError('USAGE_INVALID', {
    message: isFile
      ? `${activity.target.database} is a file: no server keeps sessions that could be stopped.`
      : `No session ${String(pid)} works on the tables of ${activity.target.name}. Nothing was done.`,
    hint: isFile
      ? 'Look who holds the target with `unwind locks`, and end that process on its own machine.'
      : 'It may have ended by itself: look again with `unwind locks`.',
    details: { target: activity.target.name, pid },
  });
}

function stopCommand(
  context: CommandContext,
  activity: ActivityReport,
  stop: { readonly what: StopWhat; readonly session: DatabaseSession },
): string {
  const { pid, startedAt } = stop.session;
  const flag = stop.what === 'statement' ? '--cancel' : '--terminate';
  const target = shellWord(activity.target.name);
  const words = ['unwind locks --target', target, flag, String(pid)];
  return [
    ...words,
    '--started-at',
    startedAt,
    '--confirm',
    ...carriedOptions(context.globals),
  ].join(' ');
}

async function consent(
  context: CommandContext,
  request: { readonly phrase: string; readonly prompt: 'ask' | 'skip' },
): Promise<string> {
  const { phrase } = request;
  if (request.prompt === 'skip') return phrase;
  if (!context.terminal.interactive) {
    throw new OperatorError('CONFIRMATION_MISMATCH', {
      message: 'Stopping a session needs a typed confirmation, and there is no terminal to ask at.',
      hint: 'Skip the prompt with --force, or run the command at a terminal. No session was stopped.',
    });
  }
  const typed = await askPhrase(context, {
    phrase,
    cancelled: new OperatorError('CANCELLED', {
      message: 'The confirmation was cancelled. No session was stopped.',
      hint: 'Run the command again when you are ready.',
    }),
  });
  return typed.trim();
}

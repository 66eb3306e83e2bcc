import type { SafeModeExit } from '../../shared/domain/safe-mode.ts';
import { composerHref } from './scope-words.ts';

/** The page on which an exit is taken; `undefined` for leaving with a reason, which is a dialog. */
export function exitHref(exit: SafeModeExit): string | undefined {
  switch (exit.kind) {
    case 'retry':
    case 'undo':
      return `/runs/${String(exit.runId)}`;
    case 'replan':
      return exit.scope === null ? '/plan' : composerHref(exit.scope);
    case 'restore':
      return '/snapshots';
    case 'leave':
      return undefined;
  }
}

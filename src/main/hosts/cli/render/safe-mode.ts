import type { SafeModeLeft } from '../../../../shared/contract/safe-mode.ts';
import type { SafeMode, SafeModeExit, SafeModeNote } from '../../../../shared/domain/safe-mode.ts';
import type { Terminal } from '../terminal.ts';
import { moment } from './format.ts';

/** Every target in safe mode, with why and the exits. */
export function renderSafeModes(terminal: Terminal, safeModes: readonly SafeMode[]): string {
  if (safeModes.length === 0) return 'No target is in safe mode.\n';
  return safeModes.map((safeMode) => renderSafeMode(terminal, safeMode)).join('\n');
}

/** One target in safe mode, with why and the exits. */
export function renderSafeMode(terminal: Terminal, safeMode: SafeMode): string {
  const { bold } = terminal.colors;
  const reasons = safeMode.reasons.map(
    (reason) =>
      `  ${moment(reason.at)}  ${reason.sentence} [${reason.code}]\n    run ${reason.runId}\n`,
  );
  return [
    safeModeLine(terminal, safeMode),
    `${bold('Why')}\n${reasons.join('')}`,
    `${bold('Exits')}\n${safeMode.exits.map((exit) => exitLines(terminal, exit)).join('')}`,
  ].join('');
}

/** One line that says it, for the top of other outputs. */
function safeModeLine(terminal: Terminal, safeMode: SafeMode): string {
  const { bold, red } = terminal.colors;
  return `${red(bold(`✕ SAFE MODE`))} ${safeMode.targetName} is read-only for Unwind since ${moment(safeMode.since)}\n`;
}

function exitLines(terminal: Terminal, exit: SafeModeExit): string {
  const { dim } = terminal.colors;
  if (exit.closedBecause !== null) return dim(`  - ${exit.title}: ${exit.closedBecause}\n`);
  return `  → ${exit.title}: ${exit.command}\n    ${exit.sentence}\n`;
}

/** What a run did to the safe mode of its target. */
export function renderSafeModeNote(terminal: Terminal, note: SafeModeNote): string {
  const { green, red } = terminal.colors;
  return note.event === 'left'
    ? `  ${green('✓ safe mode left')} (${moment(note.at)}): ${note.sentence}\n`
    : `  ${red('✕ SAFE MODE entered')} (${moment(note.at)}): ${note.sentence}\n    The target is read-only for Unwind; the exits: unwind safe-mode\n`;
}

/** That safe mode was left. */
export function renderLeft(left: SafeModeLeft): string {
  return `${left.targetName} left safe mode at ${moment(left.at)}, by ${left.by.user}@${left.by.host}: ${left.reason}\n`;
}

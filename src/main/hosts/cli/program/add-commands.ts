import type { Command } from 'commander';
import type { CommandBinder } from '../define-command.ts';
import { addEmergencyCommands } from './add-emergency-commands.ts';
import { addLookingCommands } from './add-looking-commands.ts';
import { addReconcileCommands } from './add-reconcile-commands.ts';
import { addRecordCommands } from './add-record-commands.ts';
import { addRollbackCommands } from './add-rollback-commands.ts';
import { addWorkspaceCommands } from './add-workspace-commands.ts';

/** Adds every command to the program. The code of a command is loaded when it runs. */
export function addCommands(program: Command, bind: CommandBinder): void {
  addLookingCommands(program, bind);
  addRollbackCommands(program, bind);
  addRecordCommands(program, bind);
  addEmergencyCommands(program, bind);
  addReconcileCommands(program, bind);
  addWorkspaceCommands(program, bind);
}

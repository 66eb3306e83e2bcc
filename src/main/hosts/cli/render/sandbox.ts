import type { SandboxState } from '../../../../shared/contract/sandbox.ts';
import type { Terminal } from '../terminal.ts';
import { count, orDash } from './format.ts';
import { renderFacts } from './table.ts';

/** What the sandbox is and where its parts are. */
export function renderSandbox(terminal: Terminal, sandbox: SandboxState): string {
  const files = sandbox.fileCount === null ? '-' : count(sandbox.fileCount);
  return `${terminal.colors.bold(`Sandbox: ${sandbox.state}`)}\n${renderFacts([
    ['folder', sandbox.path],
    ['seed', sandbox.seed === null ? '-' : String(sandbox.seed)],
    ['files', files],
    ['database', orDash(sandbox.database)],
    ['endpoint', orDash(sandbox.endpoint)],
    ['bucket', orDash(sandbox.bucket)],
    ['originals', orDash(sandbox.originals)],
  ])}`;
}

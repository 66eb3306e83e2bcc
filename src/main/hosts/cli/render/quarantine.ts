import type { QuarantineEntry } from '../../../../shared/contract/quarantine.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, moment } from './format.ts';
import { renderTable } from './table.ts';

/** The quarantines that can be purged or restored. */
export function renderQuarantine(terminal: Terminal, entries: readonly QuarantineEntry[]): string {
  if (entries.length === 0) return 'No quarantine holds anything.\n';
  return renderTable(terminal, {
    columns: [
      { title: 'run', cells: 'whole' },
      { title: 'target' },
      { title: 'scope' },
      { title: 'state' },
      { title: 'objects', align: 'right' },
      { title: 'size', align: 'right' },
      { title: 'since' },
      { title: 'prefix' },
    ],
    rows: entries.map((entry) => [
      entry.runId,
      entry.targetName,
      entry.scopeInWords,
      entry.state,
      count(entry.objectCount),
      bytes(entry.sizeBytes),
      moment(entry.since),
      entry.prefix,
    ]),
  });
}

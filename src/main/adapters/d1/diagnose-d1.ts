import type { Check } from '../../../shared/domain/check.ts';
import { type Answer, check, type Question } from '../../core/ports/diagnosis.ts';
import type { DatabaseDescription } from '../../core/ports/migration-database.ts';
import { type Connection, type D1File, openReadOnly } from './connection.ts';
import { lookAtFile, lookAtHolders } from './diagnose-file.ts';
import { lookAtIndex, neededIndexes } from './diagnose-indexes.ts';
import {
  lookAtIntegrity,
  lookAtJournal,
  lookAtLimits,
  lookAtReadOnly,
  lookAtReserved,
  lookAtTables,
  lookAtTriggers,
  lookAtVersion,
} from './diagnose-schema.ts';
import { translating } from './errors.ts';

/** What the looks at an open database start from. */
export interface D1Diagnosis {
  readonly file: D1File;
  /** As `D1DatabaseOptions`. */
  readonly folderServer: 'sandbox' | 'unknown';
  /** As the port's `describe`. */
  readonly describe: () => DatabaseDescription;
  /** Tries the tables and columns on a copy; what that showed, `null` where the reference schema needs no trial. */
  readonly rehearse: () => Promise<string | null>;
}

interface Condition extends Question {
  /** Checks that must not have failed, or this one says nothing. */
  readonly needs: readonly string[];
  readonly look: () => Answer | Promise<Answer>;
}

const FILE = 'database.file';
const INTEGRITY = 'database.integrity';
const TABLES = 'database.tables';

/** Looks at one condition of a D1 file after the other, in a fixed order. Changes nothing; throws nothing. */
export async function diagnoseD1(diagnosis: D1Diagnosis): Promise<readonly Check[]> {
  const failed = new Set<string>();
  const checks: Check[] = [];
  for (const condition of conditionsOf(diagnosis)) {
    const { name, title, look } = condition;
    const cause = condition.needs.find((needed) => failed.has(needed));
    const found =
      cause === undefined
        ? await check({ name, title }, look)
        : ({
            name,
            title,
            state: 'skipped',
            finding: `Not looked at: ${cause} failed.`,
            fix: null,
          } as const);
    if (found.state === 'failed') failed.add(name);
    checks.push(found);
  }
  return checks;
}

function conditionsOf(diagnosis: D1Diagnosis): readonly Condition[] {
  const { file } = diagnosis;
  const whenOpen =
    (look: (connection: Connection) => Answer): (() => Answer) =>
    () =>
      withSession(file, look);
  const whenKnown =
    (look: (connection: Connection, description: DatabaseDescription) => Answer): (() => Answer) =>
    () =>
      withSession(file, (connection) => look(connection, diagnosis.describe()));
  const open = { needs: [FILE, INTEGRITY] };
  const known = { needs: [FILE, INTEGRITY, TABLES] };
  return [
    {
      name: FILE,
      title: 'The D1 file can be read and written',
      needs: [],
      look: () => lookAtFile(file),
    },
    {
      name: INTEGRITY,
      title: 'The file is a sound SQLite database',
      needs: [FILE],
      look: whenOpen((connection) => lookAtIntegrity(connection, file.path)),
    },
    {
      name: 'database.version',
      title: 'This SQLite may share the file with another',
      ...open,
      look: whenOpen(lookAtVersion),
    },
    {
      name: 'database.journal',
      title: 'Journal mode',
      ...open,
      look: whenOpen(lookAtJournal),
    },
    {
      name: 'database.other-processes',
      title: 'No other process has the file open',
      needs: [FILE],
      look: () => lookAtHolders(file, diagnosis.folderServer),
    },
    {
      name: 'database.read-only',
      title: 'Read-only sessions cannot write',
      ...open,
      look: whenOpen(lookAtReadOnly),
    },
    {
      name: TABLES,
      title: 'The database tracks a migration',
      ...open,
      look: () => lookAtTables(diagnosis.describe()),
    },
    {
      name: 'database.mapping',
      title: 'Tables and columns behave as a rollback needs',
      ...known,
      look: async () => ({
        state: 'ok',
        finding: (await diagnosis.rehearse()) ?? 'The reference schema: no rehearsal is needed.',
        fix: null,
      }),
    },
    ...neededIndexes.map((needed) => ({
      name: needed.name,
      title: needed.title,
      ...known,
      look: whenKnown((connection, { mapping }) => lookAtIndex(connection, mapping, needed)),
    })),
    {
      name: 'database.triggers',
      title: 'No trigger fires on the rows of a rollback',
      ...known,
      look: () => lookAtTriggers(diagnosis.describe()),
    },
    {
      name: 'database.reserved-tables',
      title: "Cloudflare's own tables stay apart",
      ...known,
      look: whenKnown(lookAtReserved),
    },
    {
      name: 'database.limits',
      title: 'The database is within the limits of D1',
      ...known,
      look: whenKnown((connection, { mapping }) => lookAtLimits(connection, mapping)),
    },
  ];
}

function withSession(file: D1File, look: (connection: Connection) => Answer): Answer {
  const connection = openReadOnly(file);
  try {
    return translating({ doing: 'Looking at', path: file.path }, () => look(connection));
  } finally {
    connection.close();
  }
}

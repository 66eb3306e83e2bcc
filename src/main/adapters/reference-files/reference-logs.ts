import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogAnalysis } from '../../../shared/domain/analysis.ts';
import { OperatorError } from '../../../shared/domain/operator-error.ts';
import type { ReferenceLog, ReferenceLogs } from '../../core/ports/reference-logs.ts';
import { countOperations } from './count-operations.ts';
import { messageClass } from './message-class.ts';
import { parseLogLine } from './parse-log-line.ts';

const LOG_NAME = /^rollback_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)(?:_\w+)?\.log$/;
const PROBLEM_LEVELS: ReadonlySet<string> = new Set([
  'WARNING',
  'WARN',
  'ERROR',
  'CRITICAL',
  'FATAL',
]);

/** Different problems that are told apart; what comes later than these is counted by level alone. */
const MOST_CLASSES = 1_000;
const MOST_PROBLEMS = 20;

/** The logs of a workspace, and any log by its path. */
export function workspaceReferenceLogs(workspacePath: string): ReferenceLogs {
  const folder = join(workspacePath, 'logs');
  return {
    list: (sinceMs) =>
      namesIn(folder)
        .flatMap((name) => logOf(folder, name) ?? [])
        .filter(({ startedAt }) => Date.parse(startedAt) >= sinceMs)
        .toSorted((left, right) => (left.path < right.path ? -1 : 1)),
    analyze: async (path) => {
      try {
        return await analyzeLog(path);
      } catch (error) {
        throw unreadable(path, error);
      }
    },
  };
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function logOf(folder: string, name: string): ReferenceLog | undefined {
  const [, year, month, day, hour, minute, second] = LOG_NAME.exec(name) ?? [];
  if (year === undefined) return undefined;
  const startedAt = `${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`;
  return Number.isNaN(Date.parse(startedAt)) ? undefined : { path: join(folder, name), startedAt };
}

async function analyzeLog(path: string): Promise<LogAnalysis> {
  const levels = new Map<string, number>();
  const problems = new Map<string, { level: string; message: string; count: number }>();
  let entries = 0;
  let otherLines = 0;
  let first: { readonly at: string; readonly epochMs: number } | undefined;
  let last = first;
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const entry = parseLogLine(line);
    if (entry === undefined) {
      if (line.trim() !== '') otherLines += 1;
      continue;
    }
    entries += 1;
    first ??= entry;
    last = entry;
    levels.set(entry.level, (levels.get(entry.level) ?? 0) + 1);
    if (PROBLEM_LEVELS.has(entry.level)) countProblem(problems, entry.level, entry.message);
  }
  return {
    path,
    entries,
    otherLines,
    firstAt: first?.at ?? null,
    lastAt: last?.at ?? null,
    durationMs: first === undefined || last === undefined ? null : last.epochMs - first.epochMs,
    levels: [...levels].map(([level, count]) => ({ level, count })),
    problems: [...problems.values()]
      .toSorted((left, right) => right.count - left.count)
      .slice(0, MOST_PROBLEMS),
    operations: await operationsBeside(path),
  };
}

function countProblem(
  problems: Map<string, { level: string; message: string; count: number }>,
  level: string,
  text: string,
): void {
  const message = messageClass(text);
  const key = `${level} ${message}`;
  const known = problems.get(key);
  if (known !== undefined) known.count += 1;
  else if (problems.size < MOST_CLASSES) problems.set(key, { level, message, count: 1 });
}

/** The audit file of the same run has the log's name with another beginning and ending. It is written at the end: a run that died has none. */
async function operationsBeside(path: string): Promise<LogAnalysis['operations']> {
  const name = basename(path);
  if (!name.startsWith('rollback_') || !name.endsWith('.log')) return null;
  const audit = join(
    dirname(path),
    name.replace(/^rollback_/, 'rollback_audit_').replace(/\.log$/, '.json'),
  );
  return existsSync(audit) ? countOperations(await readFile(audit, 'utf8')) : null;
}

function unreadable(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new OperatorError('FILE_FAILED', {
    message: `The log ${path} could not be read: ${code}.`,
    hint: 'Name a log that exists and that you may read, like logs/rollback_YYYYMMDD_HHMMSS.log of the workspace.',
    details: { path, code },
    cause: error,
  });
}

/** One entry of a log. */
export interface LogEntry {
  /** As the log writes it. */
  readonly at: string;
  /** Epoch milliseconds; a time without a zone is taken for UTC. */
  readonly epochMs: number;
  readonly level: string;
  readonly message: string;
}

const TIME = String.raw`\[?(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)\]?`;
const LEVEL = String.raw`\[?(DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)\]?`;

/** Python's logging as the reference sets it up: time, perhaps a logger's name, level, message, with ` - ` or a colon between them. */
const ENTRY = new RegExp(
  String.raw`^${TIME}\s*[-:|]?\s*(?:[\w.]+\s*[-:|]\s*)?${LEVEL}\s*[-:|]?\s*(.*)$`,
);

/** Takes a line of a log apart; `undefined` for a line that is no entry. */
export function parseLogLine(line: string): LogEntry | undefined {
  const [, at, level, message] = ENTRY.exec(line) ?? [];
  if (at === undefined || level === undefined || message === undefined) return undefined;
  const iso = at.replace(' ', 'T').replace(',', '.');
  const epochMs = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(epochMs) ? undefined : { at, epochMs, level, message };
}

import type {
  PreflightGroup,
  PreflightLine,
  PreflightReport,
} from '../../../../shared/domain/preflight.ts';
import type { Terminal } from '../terminal.ts';
import { count, countOf, duration } from './format.ts';
import { paint } from './marks.ts';

/** Renders a preflight line by line. */
export interface PreflightRenderer {
  /** One line of it, under the heading of its group where it is the first of it. */
  readonly line: (line: PreflightLine) => string;
  /** What all lines come to, and the next step. */
  readonly summary: (report: PreflightReport) => string;
}

const GROUPS: Readonly<Record<PreflightGroup, string>> = {
  configuration: 'Configuration',
  database: 'Database',
  bucket: 'Bucket',
  originals: 'Originals',
  workspace: 'Workspace',
};

const STATES = {
  ok: { mark: '✓', word: 'OK', tone: 'good' },
  warning: { mark: '!', word: 'WARN', tone: 'unsure' },
  failed: { mark: '✕', word: 'FAILED', tone: 'bad' },
  skipped: { mark: '-', word: 'SKIPPED', tone: 'neutral' },
} as const satisfies Record<PreflightLine['state'], unknown>;

const WORD_WIDTH = 7;
const NAME_WIDTH = 30;
/** Where findings and fixes begin: indent, mark, word and name with their gaps. */
const TEXT_COLUMN = 2 + 2 + WORD_WIDTH + 2 + NAME_WIDTH + 2;
/** Narrower than this, findings go below their names instead of beside them. */
const NARROWEST_TEXT = 40;

/** A renderer for one preflight. */
export function preflightRenderer(terminal: Terminal): PreflightRenderer {
  let lastGroup: PreflightGroup | undefined;
  return {
    line: (line) => {
      const heading = lastGroup === line.group ? '' : headingOf(terminal, line.group, lastGroup);
      lastGroup = line.group;
      return heading + renderLine(terminal, line);
    },
    summary: (report) => renderSummary(terminal, report),
  };
}

function headingOf(
  terminal: Terminal,
  group: PreflightGroup,
  before: PreflightGroup | undefined,
): string {
  return `${before === undefined ? '' : '\n'}${terminal.colors.bold(GROUPS[group])}\n`;
}

function renderLine(terminal: Terminal, line: PreflightLine): string {
  const { mark, word, tone } = STATES[line.state];
  const painted = paint(terminal.colors, tone)(`${mark} ${word.padEnd(WORD_WIDTH)}`);
  const isNarrow = terminal.columns < TEXT_COLUMN + NARROWEST_TEXT;
  const indent = isNarrow ? 4 : TEXT_COLUMN;
  const finding = wrap(line.finding, terminal.columns - indent).join(`\n${' '.repeat(indent)}`);
  const beside = isNarrow
    ? `${line.name}\n${' '.repeat(indent)}${finding}`
    : `${line.name.padEnd(NAME_WIDTH)}  ${finding}`;
  return `  ${painted}  ${beside}\n${renderFix(terminal, line, indent)}`;
}

function renderFix(terminal: Terminal, line: PreflightLine, indent: number): string {
  if (line.fix === null) return '';
  const margin = ' '.repeat(indent);
  const fix = wrap(line.fix, terminal.columns - indent - 2).join(`\n${margin}  `);
  // Never broken: it is there to be copied.
  const statement =
    line.statement === undefined ? '' : `${margin}  ${terminal.colors.cyan(line.statement)}\n`;
  return `${margin}→ ${fix}\n${statement}`;
}

/** Breaks a text between words; a word that is longer than the line stays whole. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function renderSummary(terminal: Terminal, report: PreflightReport): string {
  const { counts, result } = report;
  const figures = [
    `${count(counts.ok)} OK`,
    countOf(counts.warning, 'warning'),
    `${count(counts.failed)} failed`,
    `${count(counts.skipped)} skipped`,
  ].join(', ');
  const { sentence, tone } = VERDICTS[result];
  const subject = report.target === null ? '' : ` ${report.target}:`;
  return [
    `\n${paint(terminal.colors, tone)(sentence)}${subject} ${figures}, in ${duration(report.durationMs)}.\n`,
    `  → ${nextStep(report)}\n`,
  ].join('');
}

const VERDICTS = {
  ready: { sentence: '✓ Ready.', tone: 'good' },
  warnings: { sentence: '! Ready, with warnings.', tone: 'unsure' },
  'not-ready': { sentence: '✕ Not ready.', tone: 'bad' },
} as const satisfies Record<PreflightReport['result'], unknown>;

function nextStep({ result, lines }: PreflightReport): string {
  if (result !== 'not-ready') return 'Look at what is there: unwind status. Then: unwind plan.';
  const first = lines.find(({ state }) => state === 'failed');
  return `Fix ${first?.name ?? 'what failed'} first, then run unwind preflight again.`;
}

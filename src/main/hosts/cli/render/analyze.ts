import type {
  Analysis,
  AnalysisFigures,
  AnalysisGroup,
  LogAnalysis,
} from '../../../../shared/domain/analysis.ts';
import type { Terminal } from '../terminal.ts';
import { bytes, count, countOf, duration, moment, orDash } from './format.ts';
import { paint } from './marks.ts';
import { renderFacts, renderTable } from './table.ts';

/** What the runs of a workspace came to. */
export function renderAnalysis(terminal: Terminal, analysis: Analysis): string {
  const { figures, from, to, targetName } = analysis;
  const about = targetName === null ? 'all targets' : targetName;
  const title = `${terminal.colors.bold('Runs')} from ${moment(from)} to ${moment(to)}, ${about}\n\n`;
  const parts = [
    figures.runs === 0
      ? '  No run began in this time. --days looks further back.\n'
      : renderFigures(figures),
    analysis.targets.length > 1 ? renderGroups(terminal, 'target', analysis.targets) : '',
    analysis.operators.length > 1 ? renderGroups(terminal, 'operator', analysis.operators) : '',
    renderErrors(terminal, analysis),
    renderSlowRuns(terminal, analysis),
    ...analysis.otherLogs.map((log) => renderLog(terminal, log)),
    renderUnreadable(terminal, analysis.unreadable),
  ];
  return title + parts.filter((part) => part !== '').join('\n');
}

function renderFigures(figures: AnalysisFigures): string {
  const { durations } = figures;
  return renderFacts([
    ['runs', `${count(figures.runs)}: ${outcomes(figures)}`],
    [
      'Success Rate',
      `${percent(figures.successFraction)}  (${count(figures.itemsDone)} of ${countOf(figures.itemsPlanned, 'file')})`,
    ],
    [
      'Failure Rate',
      `${percent(figures.failureFraction)}  (${countOf(figures.itemsFailed, 'file')}; ${count(figures.itemsDrifted)} left alone as drift)`,
    ],
    [
      'duration',
      `median ${durationOrDash(durations.medianMs)}, 95 % within ${durationOrDash(durations.p95Ms)}, longest ${durationOrDash(durations.longestMs)}`,
    ],
    ['data', `${bytes(figures.bytesQuarantined)} quarantined, ${bytes(figures.bytesFreed)} freed`],
    ['resumes', count(figures.resumes)],
  ]);
}

function outcomes(figures: AnalysisFigures): string {
  return (['succeeded', 'partial', 'failed', 'interrupted', 'open'] as const)
    .filter((outcome) => figures[outcome] > 0)
    .map((outcome) => `${count(figures[outcome])} ${outcome}`)
    .join(', ');
}

/** A fraction as percent, never rounded up to 100 % or down to 0 %: what is nearly everything is not everything. */
export function percent(fraction: number | null): string {
  if (fraction === null) return 'n/a';
  const value = fraction * 100;
  const rounded = Number(value.toFixed(1));
  const honest =
    rounded === 100 && fraction < 1 ? 99.9 : rounded === 0 && fraction > 0 ? 0.1 : rounded;
  return `${honest.toFixed(1)}%`;
}

function durationOrDash(ms: number | null): string {
  return ms === null ? '-' : duration(ms);
}

function renderGroups(terminal: Terminal, title: string, groups: readonly AnalysisGroup[]): string {
  return renderTable(terminal, {
    columns: [
      { title },
      { title: 'runs', align: 'right' },
      { title: 'success rate', align: 'right' },
      { title: 'failure rate', align: 'right' },
      { title: 'median', align: 'right' },
      { title: 'quarantined', align: 'right' },
    ],
    rows: groups.map(({ name, figures }) => [
      name,
      count(figures.runs),
      percent(figures.successFraction),
      percent(figures.failureFraction),
      durationOrDash(figures.durations.medianMs),
      bytes(figures.bytesQuarantined),
    ]),
  });
}

function renderErrors(terminal: Terminal, { errors }: Analysis): string {
  if (errors.length === 0) return '';
  return renderTable(terminal, {
    columns: [
      { title: 'error', cells: 'whole' },
      { title: 'runs', align: 'right' },
      { title: 'newest', cells: 'whole' },
      { title: 'message' },
    ],
    rows: errors.map(({ code, count: runs, lastRunId, lastMessage }) => [
      { text: code, paint: paint(terminal.colors, 'bad') },
      count(runs),
      lastRunId,
      lastMessage,
    ]),
  });
}

function renderSlowRuns(terminal: Terminal, { slowRuns }: Analysis): string {
  if (slowRuns.length === 0) return '';
  return renderTable(terminal, {
    columns: [
      { title: 'slow run', cells: 'whole' },
      { title: 'took', align: 'right' },
      { title: 'kind' },
      { title: 'state' },
      { title: 'target' },
      { title: 'began' },
    ],
    rows: slowRuns.map((run) => [
      run.runId,
      duration(run.durationMs),
      run.kind,
      run.state,
      run.targetName,
      moment(run.startedAt),
    ]),
  });
}

function renderUnreadable(terminal: Terminal, unreadable: readonly string[]): string {
  if (unreadable.length === 0) return '';
  const warn = paint(terminal.colors, 'unsure');
  return warn(
    `  ! ${countOf(unreadable.length, 'run file')} could not be read and ${unreadable.length === 1 ? 'is' : 'are'} missing above: ${unreadable.join(', ')}\n`,
  );
}

/** What one log holds. */
export function renderLog(terminal: Terminal, log: LogAnalysis): string {
  const { operations } = log;
  const facts = renderFacts([
    [
      'entries',
      `${count(log.entries)}${log.otherLines === 0 ? '' : `, and ${countOf(log.otherLines, 'line')} that are no entries`}`,
    ],
    ['from', orDash(log.firstAt)],
    [
      'to',
      `${orDash(log.lastAt)}${log.durationMs === null ? '' : `, ${duration(log.durationMs)}`}`,
    ],
    [
      'levels',
      log.levels.map(({ level, count: entries }) => `${count(entries)} ${level}`).join(', ') || '-',
    ],
    ...(operations === null || operations.total === 0
      ? []
      : ([
          [
            'Success Rate',
            `${percent(1 - operations.failed / operations.total)}  (${count(operations.total - operations.failed)} of ${countOf(operations.total, 'operation')})`,
          ],
        ] as const)),
  ]);
  const problems =
    log.problems.length === 0
      ? ''
      : `\n${renderTable(terminal, {
          columns: [
            { title: 'level', cells: 'whole' },
            { title: 'times', align: 'right' },
            { title: 'message' },
          ],
          rows: log.problems.map(({ level, count: times, message }) => [
            level,
            count(times),
            message,
          ]),
        })}`;
  return `${terminal.colors.bold('Log')} ${log.path}\n\n${facts}${problems}`;
}

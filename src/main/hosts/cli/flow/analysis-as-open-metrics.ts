import type { Analysis, AnalysisFigures } from '../../../../shared/domain/analysis.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | null;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly unit?: 'seconds' | 'bytes' | 'ratio';
  readonly samples: readonly Sample[];
}

/**
 * The figures in OpenMetrics text format 1.0 (gauges: they are about a window that moves), as the textfile collector of Prometheus'
 * node_exporter reads them. A figure that is not known is left out.
 */
export function analysisAsOpenMetrics(analysis: Analysis): string {
  return `${metricsOf(analysis).map(textOf).join('')}# EOF\n`;
}

function metricsOf(analysis: Analysis): readonly Metric[] {
  const { targets, errors, from, to } = analysis;
  const each = (samplesOf: (figures: AnalysisFigures) => readonly Sample[]): readonly Sample[] =>
    targets.flatMap(({ name, figures }) =>
      samplesOf(figures).map(({ labels, value }) => ({
        labels: { target: name, ...labels },
        value,
      })),
    );
  const one = (valueOf: (figures: AnalysisFigures) => number | null): readonly Sample[] =>
    each((figures) => [{ labels: {}, value: valueOf(figures) }]);
  return [
    {
      name: 'unwind_window_seconds',
      help: 'Length of the time that the figures are about.',
      unit: 'seconds',
      samples: [{ labels: {}, value: (Date.parse(to) - Date.parse(from)) / 1000 }],
    },
    {
      name: 'unwind_analyzed_timestamp_seconds',
      help: 'When the figures were made.',
      unit: 'seconds',
      samples: [{ labels: {}, value: Date.parse(to) / 1000 }],
    },
    {
      name: 'unwind_runs',
      help: 'Runs that began in the window, by outcome.',
      samples: each((figures) =>
        (['succeeded', 'partial', 'failed', 'interrupted', 'open'] as const).map((outcome) => ({
          labels: { outcome },
          value: figures[outcome],
        })),
      ),
    },
    {
      name: 'unwind_items',
      help: 'Files of runs with an outcome, by what became of them.',
      samples: each(({ itemsDone, itemsFailed, itemsDrifted }) => [
        { labels: { outcome: 'done' }, value: itemsDone },
        { labels: { outcome: 'failed' }, value: itemsFailed },
        { labels: { outcome: 'drifted' }, value: itemsDrifted },
      ]),
    },
    {
      name: 'unwind_success_ratio',
      help: 'Done files among planned ones.',
      unit: 'ratio',
      samples: one(({ successFraction }) => successFraction),
    },
    {
      name: 'unwind_failure_ratio',
      help: 'Failed files among planned ones.',
      unit: 'ratio',
      samples: one(({ failureFraction }) => failureFraction),
    },
    {
      name: 'unwind_run_duration_seconds',
      help: 'How long runs took, by quantile.',
      unit: 'seconds',
      samples: each(({ durations: { medianMs, p95Ms, longestMs } }) => [
        { labels: { quantile: '0.5' }, value: seconds(medianMs) },
        { labels: { quantile: '0.95' }, value: seconds(p95Ms) },
        { labels: { quantile: '1' }, value: seconds(longestMs) },
      ]),
    },
    {
      name: 'unwind_quarantined_bytes',
      help: 'Objects moved to a quarantine.',
      unit: 'bytes',
      samples: one(({ bytesQuarantined }) => bytesQuarantined),
    },
    {
      name: 'unwind_freed_bytes',
      help: 'Copies purged for good.',
      unit: 'bytes',
      samples: one(({ bytesFreed }) => bytesFreed),
    },
    {
      name: 'unwind_resumes',
      help: 'How often runs were gone on with.',
      samples: one(({ resumes }) => resumes),
    },
    {
      name: 'unwind_run_errors',
      help: 'Runs that ended with an error, by its code.',
      samples: errors.map(({ code, count }) => ({ labels: { code }, value: count })),
    },
  ];
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function textOf({ name, help, unit, samples }: Metric): string {
  const lines = samples.flatMap(({ labels, value }) =>
    value === null ? [] : [`${name}${labelsOf(labels)} ${String(value)}\n`],
  );
  const head = [
    `# TYPE ${name} gauge\n`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}\n`]),
    `# HELP ${name} ${help}\n`,
  ];
  return lines.length === 0 ? '' : [...head, ...lines].join('');
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

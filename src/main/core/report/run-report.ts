import type { RunDetail, VerificationCheck } from '../../../shared/domain/run.ts';
import type { RunFile, StoredItem } from '../ports/run-file.ts';

/** Held and drifted files named one by one before the report says "and N more". */
const MAX_LISTED = 50;

const STATE_SENTENCES: Readonly<Record<RunDetail['state'], string>> = {
  planned: 'This is a plan. Nothing was changed.',
  running: 'The run is going on.',
  interrupted: 'The run was interrupted: its process ended. Go on with `unwind resume`.',
  stopped: 'The run was stopped at a safe boundary. Go on with `unwind resume`.',
  'at-checkpoint':
    'The run waits at a checkpoint: what is done is verified, the rest is untouched. Go on with `unwind resume`, or take it back with `unwind undo`.',
  failed:
    'The run failed. What was done is listed below; go on with `unwind resume` once the cause is mended.',
  partial:
    'The run ended with planned work left undone, because files had moved or could not be removed.',
  succeeded: 'The run did everything that was planned, and the verification found it so.',
};

const MARKS: Readonly<Record<VerificationCheck['result'], string>> = {
  passed: '✓ passed',
  failed: '✕ failed',
  noted: '· noted',
};

/** Each of them ends a line in Markdown, and with it a row of a table. */
const LINE_BREAK = /\r\n|\r|\n/g;

/** Escapes what would break a Markdown table or turn into markup. */
function cell(text: string | null): string {
  if (text === null) return '—';
  return text
    .replaceAll(/[\\`*[\]|]/g, (mark) => `\\${mark}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(LINE_BREAK, ' ');
}

function code(text: string | null): string {
  return text === null
    ? '—'
    : `\`${text.replaceAll('`', 'ˋ').replaceAll('|', '\\|').replaceAll(LINE_BREAK, ' ')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}\n`;
}

function firstItems(
  runFile: RunFile,
  wanted: (item: StoredItem) => boolean,
): readonly StoredItem[] {
  const found: StoredItem[] = [];
  let afterSeq = 0;
  for (;;) {
    const page = runFile.pageItems({ filter: 'all', afterSeq, limit: 1_000 });
    found.push(...page.filter(wanted));
    const last = page.at(-1);
    if (last === undefined || found.length >= MAX_LISTED) return found.slice(0, MAX_LISTED);
    afterSeq = last.seq;
  }
}

function facts(detail: RunDetail): string {
  const { plan } = detail;
  return table(
    ['', ''],
    [
      ['Run', code(detail.runId)],
      ['Kind', plan.kind],
      [
        'Target',
        `${cell(plan.target.name)} (${cell(plan.target.database)}, bucket ${cell(plan.target.bucket)})`,
      ],
      ['Scope', cell(plan.scopeInWords)],
      [
        'Planned',
        `${plan.createdAt} by ${cell(plan.createdBy.user)} on ${cell(plan.createdBy.host)}`,
      ],
      ['Started', startLine(detail)],
      ['Ended', detail.finishedAt ?? '—'],
      ['Reason', cell(detail.reason)],
      ['Plan digest', code(plan.digest)],
      ['Snapshot', code(detail.snapshotId)],
      ['Quarantine', detail.quarantine],
    ],
  );
}

function startLine({ startedAt, startedBy }: RunDetail): string {
  if (startedAt === null) return '—';
  return startedBy === null
    ? startedAt
    : `${startedAt} by ${cell(startedBy.user)} on ${cell(startedBy.host)} (${startedBy.door})`;
}

function figures(detail: RunDetail): string {
  const { counts } = detail;
  return table(
    ['Files', 'Count'],
    [
      ['planned', String(counts.planned)],
      ['done', String(counts.done)],
      ['held by a guard', String(counts.held)],
      ['left alone as drift', String(counts.drifted)],
      ['failed', String(counts.failed)],
      ['objects removed', String(counts.objectsRemoved)],
      ['objects restored', String(counts.objectsRestored)],
      ['bytes moved to the quarantine (freed only by a purge)', String(counts.bytesQuarantined)],
      ['bytes freed', String(counts.bytesFreed)],
    ],
  );
}

/** What becomes of the batch rows; of a run that waits at a checkpoint, what became of them so far. */
function batches(runFile: RunFile, { plan, state }: RunDetail): string {
  const written = state === 'at-checkpoint' ? runFile.appliedBatches() : new Map<string, never>();
  return table(
    ['Batch', 'Status', 'Completed', 'Failed', 'Verified'],
    plan.batches.map(({ batchId, before, after: planned }) => {
      const after = written.get(batchId) ?? planned;
      return [
        code(batchId),
        `${cell(before.status)} → ${cell(after.status)}`,
        `${String(before.completedFiles)} → ${String(after.completedFiles)}`,
        `${String(before.failedFiles)} → ${String(after.failedFiles)}`,
        `${String(before.verifiedFiles)} → ${String(after.verifiedFiles)}`,
      ];
    }),
  );
}

function stages(detail: RunDetail): string {
  return table(
    ['Stage', 'State', 'Files', 'Rows', 'Objects', 'Ended', 'Checkpoint after it'],
    detail.stages.map((stage) => [
      String(stage.number),
      stage.state,
      String(stage.files),
      String(stage.rows),
      String(stage.objects),
      stage.endedAt ?? '—',
      code(stage.checkpoint),
    ]),
  );
}

function checkpoints({ checkpoints: reached, takenBackTo }: RunDetail): string {
  const rows = table(
    ['Checkpoint', 'Stands', 'At', 'Rows done', 'Objects done', 'Drifted', 'What is true there'],
    reached.map((checkpoint) => [
      code(checkpoint.name),
      checkpoint.label,
      checkpoint.at,
      String(checkpoint.rowsDone),
      String(checkpoint.objectsDone),
      String(checkpoint.drifted),
      checkpoint.truth,
    ]),
  );
  if (takenBackTo === null) return rows;
  return `${rows}\n\nRun ${code(takenBackTo.runId)} took back what was done after ${code(takenBackTo.checkpoint)}.`;
}

/** Deleting an object does not reach the caches in front of the bucket. */
function cacheNote({ counts }: RunDetail): string {
  if (counts.objectsRemoved === 0) return '';
  return '\n\nA custom domain of the bucket may go on serving cached copies of the removed objects until its cache is purged.';
}

function itemsTable(items: readonly StoredItem[], total: number): string {
  if (items.length === 0) return '';
  const rows = items.map((item) => [
    code(item.recordId),
    cell(item.filename ?? item.sourcePath),
    code(item.objectKey),
    cell(item.held === null ? item.stateDetail : `${item.held.reason}: ${item.held.detail}`),
    cell(item.held?.fix ?? null),
  ]);
  const more = total > items.length ? `\n\n…and ${String(total - items.length)} more.` : '';
  return `${table(['Record', 'File', 'Object', 'Why', 'What to do'], rows)}${more}`;
}

/** The report of a run as Markdown: what was asked, what was done, what was not and why, and how that is known. */
export function runReport(runFile: RunFile, detail: RunDetail): string {
  const { plan, verification } = detail;
  const held = firstItems(runFile, (item) => item.verdict === 'held');
  const drifted = firstItems(
    runFile,
    (item) =>
      item.rowState === 'drifted' ||
      item.objectState === 'drifted' ||
      item.objectState === 'failed',
  );
  const parts = [
    `# ${{ rollback: 'Rollback', undo: 'Undo', purge: 'Purge', 'drop-columns': 'Drop', restore: 'Restore' }[plan.kind]} of ${cell(plan.scopeInWords)} on ${cell(plan.target.name)}\n`,
    `**${detail.state}** — ${STATE_SENTENCES[detail.state]}\n`,
    `${facts(detail)}\n`,
    section('What changed', figures(detail) + cacheNote(detail)),
    section('Batches', batches(runFile, detail)),
    section('Stages', stages(detail)),
    section('Checkpoints', checkpoints(detail)),
    section('What was held', itemsTable(held, detail.counts.held)),
    section(
      'What was left alone or failed',
      itemsTable(drifted, detail.counts.drifted + detail.counts.failed),
    ),
    section(
      'Risks known beforehand',
      plan.findings
        .map(
          (finding) => `- **${finding.severity}**: ${cell(finding.message)} ${cell(finding.fix)}`,
        )
        .join('\n'),
    ),
    section(
      'Accepted when the plan was made',
      plan.acceptances
        .map((acceptance) => `- **${acceptance.code}**: ${cell(acceptance.reason)}`)
        .join('\n'),
    ),
    section(
      'Recovery decisions',
      detail.decisions.map((one) => `- ${one.at} ${one.step}: ${cell(one.sentence)}`).join('\n'),
    ),
    section(
      'Verification',
      verification === null
        ? 'Not verified.'
        : `${verification.passed ? '✓ passed' : '✕ failed'} at ${verification.verifiedAt}\n\n${table(
            ['Check', 'Result', 'Finding'],
            verification.checks.map((check) => [
              check.name,
              MARKS[check.result],
              cell(check.sentence),
            ]),
          )}`,
    ),
    section(
      'Steps',
      table(
        ['Step', 'State', 'Items', 'Started', 'Ended'],
        detail.steps.map((step) => [
          step.title,
          step.state,
          `${String(step.done)} / ${String(step.total)}`,
          step.startedAt ?? '—',
          step.finishedAt ?? '—',
        ]),
      ),
    ),
    detail.error === null
      ? ''
      : section(
          'Error',
          `\`${detail.error.code}\` ${cell(detail.error.message)}\n\n${cell(detail.error.hint)}`,
        ),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

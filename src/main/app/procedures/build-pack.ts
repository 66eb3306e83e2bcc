import type { PackEvent } from '../../../shared/contract/emergency.ts';
import { toWire } from '../../../shared/domain/operator-error.ts';
import type { ReconstructionSummary } from '../../../shared/domain/reconstruction.ts';
import type { SnapshotEntry } from '../../../shared/domain/snapshot.ts';
import { verifySnapshot } from '../../core/emergency/verify-snapshot.ts';
import { nowIso } from '../../core/ports/clock.ts';
import type { PackWriter } from '../../core/ports/packs.ts';
import type { OpenTarget } from '../../core/ports/target.ts';
import { runPreflight } from '../../core/preflight/run-preflight.ts';
import { runReport } from '../../core/report/run-report.ts';
import { showSettings } from '../show-settings.ts';
import { versionsHere } from '../versions.ts';
import { openReconstruction } from './open-reconstruction.ts';
import { packReadme } from './pack-readme.ts';
import type { ProcedureContext } from './procedure-context.ts';
import { reading, readRunDetail } from './read-runs.ts';
import { listSnapshots } from './snapshot-origins.ts';

/** What a pack is about. */
export interface PackRequest {
  readonly target?: string | undefined;
  readonly runId?: string | undefined;
  readonly path?: string | undefined;
}

interface Work {
  readonly parts: ProcedureContext;
  readonly request: PackRequest;
  readonly targetName: string | undefined;
  readonly writer: PackWriter;
  readonly runIds: readonly string[];
  readonly problems: string[];
}

/** One part of a pack: what it is called while it is packed, and how it gets in. */
type Section = readonly [what: string, add: (work: Work) => Promise<void>];

const SECTIONS: readonly Section[] = [
  ['run files', addRuns],
  ['snapshots', addSnapshots],
  ['logs', ({ writer, parts }) => writer.addFolder('logs', parts.packs.folders.logs)],
  ['configuration', addConfiguration],
  ['preflight', addPreflight],
  ['reconstruction', addReconstruction],
];

/** Makes a pack and says what is being packed. A section that fails is named in the pack and keeps no other out. */
export async function* packing(
  parts: ProcedureContext,
  request: PackRequest,
): AsyncGenerator<PackEvent, void, void> {
  try {
    yield* packingUnguarded(parts, request);
  } catch (error) {
    throw parts.toContractError(error);
  }
}

async function* packingUnguarded(
  parts: ProcedureContext,
  request: PackRequest,
): AsyncGenerator<PackEvent, void, void> {
  const about = await aboutOf(parts, request);
  const stamp = nowIso(parts.clock).replaceAll(/[-:]|\.\d+/g, '');
  const name = `unwind-pack-${about.name.replaceAll(/[^\w.-]/g, '_')}-${stamp}.tar.gz`;
  const writer = await parts.packs.create(request.path ?? null, name);
  let isFinished = false;
  try {
    const problems = [...about.problems];
    const work = { ...about, parts, request, writer, problems };
    await writer.addText('README.md', packReadme(readmeFacts(parts, about)));
    for (const [what, add] of SECTIONS) {
      yield { kind: 'packing', what };
      await noting(problems, what, () => add(work));
    }
    if (problems.length > 0) await writer.addText('PROBLEMS.md', problemsText(problems));
    const finished = await writer.finish();
    isFinished = true;
    yield { kind: 'finished', pack: { ...finished, problems } };
  } finally {
    // Given up by whoever reads the stream, or failed: half a pack must not look like one.
    if (!isFinished) await writer.abandon();
  }
}

async function noting(problems: string[], what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code, message } = toWire(error);
    // Without room, or a place to write, there is no pack.
    if (code === 'DISK_FULL' || code === 'FILE_FAILED') throw error;
    problems.push(`${what}: ${code}: ${message}`);
  }
}

function problemsText(problems: readonly string[]): string {
  return `# What could not be packed or trusted\n\n${problems.map((one) => `- ${one}\n`).join('')}`;
}

interface About {
  readonly name: string;
  readonly targetName: string | undefined;
  readonly runIds: readonly string[];
  readonly problems: readonly string[];
}

/** The runs that belong in, oldest first: one with those about it, or all of a target; a damaged file belongs to every target. */
async function aboutOf(parts: ProcedureContext, request: PackRequest): Promise<About> {
  const problems: string[] = [];
  const plans: { runId: string; target: string; subject: string | null }[] = [];
  for (const runId of parts.runFiles.list()) {
    await noting(problems, `run ${runId}`, () =>
      reading(parts, runId, (file) => {
        const { target, subjectRunId } = file.readPlan();
        plans.push({ runId, target: target.name, subject: subjectRunId });
      }),
    );
  }
  const damaged = parts.runFiles.list().filter((id) => !plans.some(({ runId }) => runId === id));
  const { runId } = request;
  if (runId !== undefined) {
    const own = plans.find((plan) => plan.runId === runId);
    const wanted = plans.filter(
      (plan) => plan.runId === runId || plan.subject === runId || plan.runId === own?.subject,
    );
    const runIds = new Set([
      ...wanted.map((plan) => plan.runId),
      ...damaged.filter((id) => id === runId),
    ]);
    return { name: runId, targetName: own?.target, runIds: [...runIds].toSorted(), problems };
  }
  const { target: targetName } = await showSettings(parts.configuration, request.target);
  const runIds = plans.filter(({ target }) => target === targetName).map((plan) => plan.runId);
  return { name: targetName, targetName, runIds: [...runIds, ...damaged].toSorted(), problems };
}

function readmeFacts(parts: ProcedureContext, about: About) {
  return {
    madeAt: nowIso(parts.clock),
    madeBy: `${parts.operator.user}@${parts.operator.host}`,
    about: about.name === about.targetName ? `target ${about.name}` : `run ${about.name}`,
    runIds: about.runIds,
    versions: versionsHere(),
  };
}

async function addRuns({ parts, writer, runIds, problems }: Work): Promise<void> {
  const details: unknown[] = [];
  for (const runId of runIds) {
    await writer.addDatabase(`runs/${runId}.unwind`, parts.runFiles.pathOf(runId));
    await noting(problems, `run ${runId}`, async () => {
      const detail = await readRunDetail(parts, runId);
      details.push(detail);
      const report = await reading(parts, runId, (file) => runReport(file, detail));
      await writer.addText(`reports/${runId}.md`, report);
    });
  }
  await writer.addText('runs.json', json(details));
}

async function addSnapshots({ parts, writer, request, targetName, runIds, problems }: Work) {
  const belongs = ({ runId, targetName: owner }: SnapshotEntry): boolean =>
    request.runId === undefined
      ? owner === targetName || owner === null
      : runId !== null && runIds.includes(runId);
  const packed: SnapshotEntry[] = [];
  for (const entry of (await listSnapshots(parts)).filter(belongs)) {
    const { snapshotId, kind, location } = entry;
    await (kind === 'snapshot'
      ? writer.addFolder(`snapshots/${snapshotId}`, location)
      : writer.addFile(`backups/${snapshotId}.json`, location));
    const lastVerification = await verifySnapshot(parts, snapshotId);
    if (lastVerification.result !== 'sound') problems.push(lastVerification.detail);
    packed.push({ ...entry, lastVerification });
  }
  await writer.addText('snapshots.json', json(packed));
}

async function addConfiguration({ parts, writer, targetName }: Work): Promise<void> {
  const shown = await showSettings(parts.configuration, targetName);
  await writer.addText('configuration.json', json({ versions: versionsHere(), ...shown }));
}

async function addPreflight({ parts, writer, targetName }: Work): Promise<void> {
  const context = { ...parts, versions: versionsHere() };
  for await (const event of runPreflight(context, {
    target: targetName,
    mode: 'both',
    groups: undefined,
  })) {
    if (event.kind === 'finished') await writer.addText('preflight.json', json(event.report));
  }
}

async function addReconstruction({ parts, writer, targetName, request, problems }: Work) {
  const target = await parts.targets.open(targetName);
  try {
    const summary = await writeReconstruction({ parts, writer, target, runId: request.runId });
    await writer.addText('reconstruction.json', json(summary));
    problems.push(...summary.problems.filter((one) => !problems.includes(one)));
  } finally {
    await target.close();
  }
}

async function writeReconstruction(work: {
  readonly parts: ProcedureContext;
  readonly writer: PackWriter;
  readonly target: OpenTarget;
  readonly runId: string | undefined;
}): Promise<ReconstructionSummary> {
  const made = await openReconstruction(work.parts, work.target, {
    runId: work.runId,
    onProgress: () => undefined,
  });
  async function* lines(): AsyncGenerator<string, void, void> {
    for await (const rows of made.rows()) {
      yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    }
  }
  try {
    await work.writer.addLines('reconstruction.jsonl', lines());
    return made.summary();
  } finally {
    await made.close();
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

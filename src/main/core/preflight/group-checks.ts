import type { Check } from '../../../shared/domain/check.ts';
import type { PreflightGroup } from '../../../shared/domain/preflight.ts';
import { skipped } from './answers.ts';
import { checkConfiguration } from './configuration-checks.ts';
import { partOf, readableTarget, sampleFor } from './dependencies.ts';
import type { Inspection } from './preflight-context.ts';
import { checkLease, checkUnfinishedRuns } from './run-checks.ts';
import { checkSafeMode } from './safe-mode-check.ts';
import { checkObjectsSample, checkOriginalsSample } from './sample-checks.ts';
import { notLookedAt, whyShut } from './shut-parts.ts';
import { checkClock, checkDisk, checkWritable, listVersions } from './workspace-checks.ts';

/** The lines of one group, in their fixed order. */
export async function checksOfGroup(
  inspection: Inspection,
  group: PreflightGroup,
): Promise<readonly Check[]> {
  switch (group) {
    case 'configuration':
      return checkConfiguration(inspection);
    case 'database':
      return databaseChecks(inspection);
    case 'bucket':
      return bucketChecks(inspection);
    case 'originals':
      return originalsChecks(inspection);
    case 'workspace':
      return workspaceChecks(inspection);
  }
}

async function databaseChecks(inspection: Inspection): Promise<readonly Check[]> {
  const part = partOf(inspection.target, (target) => target.database);
  if (part.state === 'shut')
    return [await whyShut(inspection, { part: 'database', error: part.error })];
  const checks = await part.part.database.diagnose();
  return inspection.mode === 'r2-only' ? checks.map(withoutRowWrites) : checks;
}

/** A rollback of objects only writes no row: nothing fires. */
function withoutRowWrites(found: Check): Check {
  return found.name === 'database.triggers'
    ? skipped(found, 'a rollback with --r2-only changes no row.')
    : found;
}

async function bucketChecks(inspection: Inspection): Promise<readonly Check[]> {
  if (inspection.mode === 'database-only') {
    return [notLookedAt('bucket', 'a rollback with --database-only leaves the bucket alone.')];
  }
  const part = partOf(inspection.target, (target) => target.objects);
  if (part.state === 'shut')
    return [await whyShut(inspection, { part: 'bucket', error: part.error })];
  const checks = await part.part.diagnose();
  const sample = sampleFor(checks, await inspection.takeSample());
  return [...checks, await checkObjectsSample(part.part, sample)];
}

async function originalsChecks(inspection: Inspection): Promise<readonly Check[]> {
  const part = partOf(inspection.target, (target) => target.originals);
  if (part.state === 'shut')
    return [await whyShut(inspection, { part: 'originals', error: part.error })];
  const { location } = part.part;
  if (location === null && inspection.showsConfiguration) {
    return [notLookedAt('originals', 'no place of the originals is configured.')];
  }
  const checks = await part.part.diagnose();
  if (location === null) return checks;
  const sample = sampleFor(checks, await inspection.takeSample());
  return [...checks, await checkOriginalsSample(part.part, sample)];
}

async function workspaceChecks(inspection: Inspection): Promise<readonly Check[]> {
  const { disk, runFiles, clock } = inspection;
  const readable = readableTarget(inspection.target, await inspection.takeSample());
  return [
    await checkWritable(disk),
    await checkDisk(disk, readable),
    await checkClock(clock, runFiles),
    await checkLease(readable),
    await checkUnfinishedRuns(runFiles, readable),
    await checkSafeMode(inspection, readable),
    listVersions(inspection.versions),
  ];
}

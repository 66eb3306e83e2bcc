import {
  appendFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRunFiles } from '../../src/main/adapters/run-file/run-files.ts';
import { PAGE_BYTES } from '../../src/main/adapters/run-file/schema.ts';
import { OperatorError } from '../../src/shared/domain/operator-error.ts';
import { resuming } from '../support/faults/works.ts';
import { aD1Worksite, type Worksite } from '../support/faults/worksite.ts';
import { resumeInChild, startInChild } from '../support/migration/in-child.ts';
import { errorOf, openApp, type TestApp } from '../support/migration/open-app.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const WAL_HEADER_BYTES = 32;
const FRAME_BYTES = 24 + PAGE_BYTES;

let r2: TestR2;
let site: Worksite;
let app: TestApp;

beforeAll(async () => {
  r2 = await startR2();
});
afterAll(() => r2.stop());

async function open(): Promise<void> {
  site = await aD1Worksite(r2);
  app = await openApp(site.env);
}

async function close(): Promise<void> {
  await app.close();
  site.remove();
}

function runsFolder(): string {
  return join(site.folder, 'home', 'runs');
}

function pathOf(runId: string): string {
  return join(runsFolder(), `${runId}.unwind`);
}

/** What opening a run file to go on with it comes to: the refusal, or `sound`. */
function lookAt(runId: string): OperatorError | 'sound' {
  try {
    const runFile = openRunFiles(runsFolder()).open(runId, 'write');
    try {
      runFile.checkSound();
      runFile.readRun();
      return 'sound';
    } finally {
      runFile.close();
    }
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}

function expectNamed(error: unknown, path: string): void {
  expect(error).toMatchObject({ code: 'RUN_FILE_INVALID' });
  expect(error).toMatchObject({ message: expect.stringContaining(path) as string });
}

/** The same file with one page as it was before. */
function withPage(pages: {
  readonly from: Buffer;
  readonly into: Buffer;
  readonly page: number;
}): Buffer {
  const torn = Buffer.from(pages.into);
  const start = pages.page * PAGE_BYTES;
  pages.from.copy(torn, start, start, start + PAGE_BYTES);
  return torn;
}

describe('a run file of which a page was lost', { timeout: 600_000 }, () => {
  let runId: string;
  /** The file of a run that stopped after its rows were reset, and the same file after the run stopped again, later. */
  let older: Buffer;
  let newer: Buffer;

  beforeAll(async () => {
    await open();
    runId = await resuming('reset-rows').prepare(site, app);
    older = readFileSync(pathOf(runId));
    await resuming('delete-objects').interrupt(site, app, runId);
    newer = readFileSync(pathOf(runId));
  }, 300_000);
  afterAll(close);

  function look(bytes: Buffer): OperatorError | 'sound' {
    writeFileSync(pathOf(runId), bytes);
    return lookAt(runId);
  }

  test('is refused by name, or the run ends right, whichever page is as it was before', async () => {
    const pages = Math.min(older.length, newer.length) / PAGE_BYTES;
    const torn = Array.from({ length: pages }, (_, page) =>
      withPage({ from: older, into: newer, page }),
    ).filter((bytes) => !bytes.equals(newer));

    const found = torn.map(look);

    for (const one of found) if (one !== 'sound') expectNamed(one, pathOf(runId));
    // Which steps are done is asked again of the world: that page may be believed, and no more than one or two others like it.
    const believed = torn.filter((_, index) => found[index] === 'sound');
    expect(found.length).toBeGreaterThan(3);
    expect(believed.length).toBeLessThan(found.length / 2);
    writeFileSync(pathOf(runId), believed[0] ?? newer);
    await resuming('delete-objects').finish(site, app, runId);
  });

  test('is refused by name, whichever page was zeroed', () => {
    for (let page = 0; page < newer.length / PAGE_BYTES; page += 1) {
      const zeroed = withPage({ from: Buffer.alloc(newer.length), into: newer, page });
      expectNamed(look(zeroed), pathOf(runId));
    }
  });

  test('is refused by name wherever it was cut off', () => {
    const edges = [PAGE_BYTES, newer.length - PAGE_BYTES].flatMap((at) => [at - 1, at, at + 1]);
    const middles = Array.from({ length: 40 }, (_, part) => Math.floor((newer.length * part) / 40));
    for (const kept of [...edges, ...middles, newer.length - 1])
      expectNamed(look(newer.subarray(0, kept)), pathOf(runId));
  });

  test.each([
    ['an outcome without its intent', "UPDATE journal SET kind = 'outcome' WHERE seq = 1"],
    ['a journal without its beginning', 'DELETE FROM journal WHERE seq = 1'],
    ['a journal without its end', 'DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)'],
    [
      'an audit trail without its end',
      'DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)',
    ],
    ['a count of its items that is not theirs', 'UPDATE alike SET n = n + 1 WHERE rowid = 1'],
    ['items without what became of them', 'DELETE FROM item_state'],
    ['a state that does not exist', "UPDATE item_state SET object_state = 'gone' WHERE seq = 1"],
    ['a run that has not begun', "UPDATE run SET state = 'planned'"],
    ['a run in no known state', "UPDATE run SET state = 'runninh'"],
    ['no run', 'DELETE FROM run'],
    ['a snapshot that is still to be taken', 'UPDATE run SET snapshot_id = NULL'],
  ])('is refused by name when it has %s', (_what, sql) => {
    writeFileSync(pathOf(runId), newer);
    const database = new Database(pathOf(runId));
    database.exec(sql);
    database.close();

    expectNamed(lookAt(runId), pathOf(runId));
  });
});

describe('the run file of a process that was killed', { timeout: 600_000 }, () => {
  beforeEach(open);
  afterEach(close);

  /** Kills a run once its rows are reset; its last words are in the -wal. */
  async function killed(): Promise<string> {
    const plan = await app.plan({ full: true });
    expect(await startInChild(site.env, plan, 'rows.after-outcome')).toMatchObject({
      signal: 'SIGKILL',
    });
    expect(existsSync(`${pathOf(plan.runId)}-wal`)).toBe(true);
    return plan.runId;
  }

  test('is refused by name without its -wal, and goes on with it', async () => {
    const runId = await killed();
    const wal = `${pathOf(runId)}-wal`;
    const written = readFileSync(wal);
    rmSync(wal);
    rmSync(`${pathOf(runId)}-shm`, { force: true });

    const { state } = await app.client.run.get({ runId });
    const error = await errorOf(app.client.run.resume({ runId }));

    expect(state).toBe('interrupted');
    expectNamed(error, pathOf(runId));
    for (const suffix of ['-wal', '-shm']) rmSync(`${pathOf(runId)}${suffix}`, { force: true });
    writeFileSync(wal, written);
    await resuming('reset-rows').finish(site, app, runId);
  });

  test('goes on when the resume died as well, at verifying the snapshot again', async () => {
    const runId = await killed();

    const end = await resumeInChild(site.env, runId, 'step.after-state');

    expect(end).toMatchObject({ signal: 'SIGKILL' });
    await resuming('reset-rows').finish(site, app, runId);
  });

  test('is sound when its run was to take no snapshot', async () => {
    const plan = await app.plan({ full: true, mode: 'database-only' });
    await app.run(plan, { snapshot: 'none' });

    expect(lookAt(plan.runId)).toBe('sound');
  });

  test('holds no outcome without its intent, wherever its -wal was cut off', async () => {
    const runId = await killed();
    const path = pathOf(runId);
    const database = readFileSync(path);
    const wal = readFileSync(`${path}-wal`);
    const frames = (wal.length - WAL_HEADER_BYTES) / FRAME_BYTES;
    const cuts = Array.from({ length: Math.floor(frames) }, (_, frame) => frame).flatMap(
      (frame) => {
        const start = WAL_HEADER_BYTES + frame * FRAME_BYTES;
        return [start, start + 1, start + 24, start + FRAME_BYTES - 1];
      },
    );

    for (const cut of cuts) {
      writeFileSync(path, database);
      writeFileSync(`${path}-wal`, wal.subarray(0, cut));
      rmSync(`${path}-shm`, { force: true });
      expect([cut, lookAt(runId)]).toEqual([cut, 'sound']);
    }
  });

  test('is refused by name, or goes on right, when the end of its -wal is gone', async () => {
    const runId = await killed();
    const path = pathOf(runId);
    const database = readFileSync(path);
    const wal = readFileSync(`${path}-wal`);
    const cutTo = (frames: number): void => {
      writeFileSync(path, database);
      writeFileSync(`${path}-wal`, wal.subarray(0, WAL_HEADER_BYTES + frames * FRAME_BYTES));
      rmSync(`${path}-shm`, { force: true });
    };
    const all = Math.floor((wal.length - WAL_HEADER_BYTES) / FRAME_BYTES);
    let refused = 0;
    let firstBegun = 0;
    for (let frames = 1; frames <= all && firstBegun === 0; frames += 1) {
      cutTo(frames);
      const { steps } = await app.client.run.get({ runId });
      if (steps.some(({ name, startedAt }) => name !== 'snapshot' && startedAt !== null)) {
        firstBegun = frames;
        continue;
      }
      expectNamed(await errorOf(app.client.run.resume({ runId })), path);
      refused += 1;
    }

    expect(refused).toBeGreaterThan(3);
    // From here on it says that rows were to be changed: what holds the moment of this run is known as its own work.
    cutTo(firstBegun);
    await resuming('reset-rows').finish(site, app, runId);
  });

  test('is read right with garbage behind its -wal, and behind itself', async () => {
    const runId = await killed();
    appendFileSync(`${pathOf(runId)}-wal`, Buffer.alloc(FRAME_BYTES * 2, 0xa5));
    expect(lookAt(runId)).toBe('sound');

    appendFileSync(pathOf(runId), Buffer.alloc(100, 0xa5));
    expectNamed(lookAt(runId), pathOf(runId));

    truncateSync(pathOf(runId), statSync(pathOf(runId)).size - 100);
    await resuming('reset-rows').finish(site, app, runId);
  });
});

describe('the list of runs', { timeout: 600_000 }, () => {
  beforeEach(open);
  afterEach(close);

  test('shows every other run, and names each file that cannot be read', async () => {
    const good = await app.plan({ full: true });
    const cut = await app.plan({ full: true });
    const deep = await app.plan({ full: true });
    truncateSync(pathOf(cut.runId), PAGE_BYTES + 7);
    const bytes = readFileSync(pathOf(deep.runId));
    // Every page but the first ones, so that only counting its items meets the damage.
    writeFileSync(pathOf(deep.runId), bytes.fill(0, 3 * PAGE_BYTES));
    writeFileSync(join(runsFolder(), `${good.runId}.unwind.partial`), 'what a dead process left');

    const list = await app.client.run.list({});

    expect(list.total).toBe(3);
    expect(list.runs.map(({ runId }) => runId)).toEqual([good.runId]);
    for (const { runId, error } of list.unreadable) expectNamed(error, pathOf(runId));
    expect(list.unreadable.map(({ runId }) => runId).toSorted()).toEqual(
      [cut.runId, deep.runId].toSorted(),
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFileIn } from '../../../src/main/hosts/electron/opened-file.ts';
import { runEndNotice } from '../../../src/main/hosts/electron/run-end-notice.ts';
import { consoleWindowOptions } from '../../../src/main/hosts/electron/window.ts';
import { readWindowState } from '../../../src/main/hosts/electron/window-state.ts';
import { aRunDetail } from '../../unit/cli/builders.ts';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };
const PLACE = { x: 100, y: 100, width: 1200, height: 800, isMaximized: false };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unwind-window-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function kept(text: string) {
  const path = join(folder, 'window.json');
  writeFileSync(path, text);
  return readWindowState(path, [SCREEN]);
}

describe('place of the window', () => {
  test('is where it was last', () => {
    expect(kept(JSON.stringify(PLACE))).toEqual(PLACE);
    expect(consoleWindowOptions({ preload: 'p', icon: 'i' }, PLACE)).toMatchObject({
      x: 100,
      y: 100,
      width: 1200,
      height: 800,
    });
  });

  test('is the system’s choice where no screen shows it any more', () => {
    expect(kept(JSON.stringify({ ...PLACE, x: 1900 }))).toBeUndefined();
    expect(kept(JSON.stringify({ ...PLACE, y: -790 }))).toBeUndefined();
    expect(consoleWindowOptions({ preload: 'p', icon: 'i' })).not.toHaveProperty('x');
  });

  test('is the system’s choice where nothing was kept, or it cannot be read', () => {
    expect(readWindowState(join(folder, 'none.json'), [SCREEN])).toBeUndefined();
    expect(kept('{')).toBeUndefined();
    expect(kept('{"x": "left"}')).toBeUndefined();
  });
});

describe('run file on the command line', () => {
  test('is the first word that ends as one, seen from the folder of the command', () => {
    expect(runFileIn(['unwind', '--home=/x.unwind', 'a.unwind', 'b.unwind'], '/data')).toBe(
      '/data/a.unwind',
    );
    expect(runFileIn(['unwind', '/abs/a.unwind'], '/data')).toBe('/abs/a.unwind');
    expect(runFileIn(['/opt/x.unwind'], '/data')).toBeUndefined();
  });
});

describe('notice of the end of a run', () => {
  test('says what ended where, how, and what is left', () => {
    const run = aRunDetail();
    const counts = { ...run.counts, planned: 10, done: 7, drifted: 2, failed: 1 };

    expect(runEndNotice({ ...run, state: 'partial', counts })).toMatchObject({
      title: `Unwind: the rollback on ${run.plan.target.name} ended in part`,
      body: '7 of 10 files done, 3 left.',
      urgency: 'critical',
    });
  });
});

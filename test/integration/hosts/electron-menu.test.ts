import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { isStop, quitQuestion } from '../../../src/main/hosts/electron/ask-to-quit.ts';
import { consoleMenu } from '../../../src/main/hosts/electron/menu.ts';

describe('desktop menu', () => {
  test('leads to every view of the console', () => {
    const { menu, done } = aMenu('linux');

    for (const item of submenu(menu, '&Go')) click(item);

    expect(done).toEqual([
      '/',
      '/status',
      '/plan',
      '/runs',
      '/snapshots',
      '/quarantine',
      '/audit',
      '/preflight',
      '/settings',
    ]);
  });

  test('has the help under F1', () => {
    const { menu, done } = aMenu('linux');
    const [help] = submenu(menu, '&Help');

    click(help);

    expect([help?.accelerator, ...done]).toEqual(['F1', '/help']);
  });

  test.each(['linux', 'win32', 'darwin'] as const)('quits by the orderly way on %s', (platform) => {
    const { menu, done } = aMenu(platform);
    const items = menu.flatMap((entry) =>
      [entry.submenu ?? []].flat(),
    ) as MenuItemConstructorOptions[];

    click(items.find(({ label }) => label === 'Quit Unwind'));

    expect(done).toEqual(['quit']);
    expect(items.filter(({ role }) => role === 'quit')).toEqual([]);
  });

  test('offers no developer tools', () => {
    expect(JSON.stringify(aMenu('linux').menu)).not.toContain('toggleDevTools');
  });
});

describe('quit question', () => {
  test('names the run and keeps it running by default and on Escape', () => {
    const question = quitQuestion(['01K']);

    expect(question.message).toContain('01K');
    expect(isStop({ response: question.defaultId ?? -1 })).toBe(false);
    expect(isStop({ response: question.cancelId ?? -1 })).toBe(false);
    expect(isStop({ response: question.buttons?.indexOf('Stop the run and quit') ?? -1 })).toBe(
      true,
    );
  });
});

function aMenu(platform: NodeJS.Platform) {
  const done: string[] = [];
  const menu = consoleMenu(platform, {
    show: (path) => done.push(path),
    openWorkspace: () => done.push('workspace'),
    quit: () => done.push('quit'),
  });
  return { menu, done };
}

function submenu(menu: MenuItemConstructorOptions[], label: string): MenuItemConstructorOptions[] {
  return menu.find((entry) => entry.label === label)?.submenu as MenuItemConstructorOptions[];
}

function click(item: MenuItemConstructorOptions | undefined): void {
  (item?.click as (() => void) | undefined)?.();
}

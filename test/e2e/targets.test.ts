import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireBuiltPages } from '../support/browser/built-console.ts';
import { findChromium } from '../support/browser/find-chromium.ts';
import { launchBrowser } from '../support/browser/launch-browser.ts';
import { type StartedConsole, startConsole } from '../support/browser/start-console.ts';
import { aMigration, type TestMigration } from '../support/migration/a-migration.ts';
import { startR2, type TestR2 } from '../support/r2/start-r2.ts';

const chromium = await findChromium();
const skipped = chromium.kind === 'missing' ? ` (skipped: ${chromium.reason})` : '';
const PASSPHRASE = 'correct horse battery';

describe.skipIf(chromium.kind === 'missing')(`browser › targets${skipped}`, () => {
  let r2: TestR2;
  let migration: TestMigration;
  let started: StartedConsole;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (chromium.kind === 'missing') return;
    requireBuiltPages();
    r2 = await startR2();
    migration = await aMigration(r2, [{ id: 'a' }, { id: 'b' }]);
    started = await startConsole({});
    browser = await launchBrowser(chromium);
    page = await browser.newPage({ viewport: { width: 1360, height: 880 } });
    page.setDefaultTimeout(40_000);
    await page.goto(started.url);
  });

  afterAll(async () => {
    await browser.close();
    await started.close();
    migration.remove();
    await r2.stop();
  });

  function bar() {
    return page.getByRole('region', { name: 'Target', exact: true });
  }

  async function fill(label: string, text: string): Promise<void> {
    await page.getByRole('textbox', { name: label, exact: true }).fill(text);
  }

  async function openTargets(): Promise<void> {
    await page.getByRole('navigation').getByRole('link', { name: 'Targets' }).click();
    await page.getByRole('heading', { name: 'Targets', exact: true }).waitFor();
  }

  /** What the workspace keeps of the targets that were entered. */
  function keptText(): string {
    return readFileSync(join(started.home, 'targets.yaml'), 'utf8');
  }

  test('are listed with where each comes from; a vault is made only when it is needed', async () => {
    await openTargets();

    await page.getByRole('row', { name: /^SANDBOX sandbox/ }).waitFor();
    await page.getByRole('region', { name: 'Vault' }).getByText('No vault yet').waitFor();
  });

  test('tests what is entered, part by part, before anything is kept', async () => {
    const { env } = migration;
    await page.getByRole('link', { name: 'Add a target' }).click();
    await fill('Name', 'orders');
    await fill('D1 file', migration.databasePath);
    await fill('Bucket', env['R2_BUCKET_NAME'] ?? '');
    await fill('Endpoint', env['R2_ENDPOINT'] ?? '');
    await fill('Access key id', env['R2_ACCESS_KEY_ID'] ?? '');
    await page.getByLabel('Secret access key', { exact: true }).fill('wrong');
    await fill('Folder or http(s) base', env['UNWIND_ORIGINALS'] ?? '');
    await page.getByRole('button', { name: 'Test the target' }).click();

    const result = page.getByRole('list', { name: 'Result of the test' });
    const parts = result.getByRole('listitem');
    expect(await parts.nth(0).textContent()).toContain('Answers');
    expect(await parts.nth(1).textContent()).toContain('Failed');

    await page
      .getByLabel('Secret access key', { exact: true })
      .fill(env['R2_SECRET_ACCESS_KEY'] ?? '');
    await page.getByRole('button', { name: 'Test the target' }).click();
    await parts.nth(1).getByText('Answers').waitFor();
  });

  test('keeps a secret only in a vault, which is made on the way', async () => {
    expect(await page.getByRole('button', { name: 'Save the target' }).isDisabled()).toBe(true);
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await page.getByLabel('The same again', { exact: true }).fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Create the vault' }).click();
    await page.getByRole('button', { name: 'Save the target' }).click();
    await page.waitForURL(/\/targets$/);

    await page.getByRole('link', { name: 'orders' }).waitFor();
    await bar().getByText('orders').waitFor();
    expect(keptText()).toContain('R2_SECRET_ACCESS_KEY: vault:target/orders/R2_SECRET_ACCESS_KEY');
  });

  test('never gives the secret back, and keeps it through a change', async () => {
    await page.getByRole('link', { name: 'orders' }).click();
    const secret = page.getByLabel('Secret access key', { exact: true });
    await secret.waitFor();
    expect(await secret.inputValue()).toBe('');
    await page.getByRole('combobox', { name: 'Environment' }).click();
    await page.getByRole('option', { name: 'production' }).click();
    await page.getByRole('button', { name: 'Save the target' }).click();
    await page.waitForURL(/\/targets$/);

    await bar().getByText('PRODUCTION').waitFor();
    expect(keptText()).toContain('vault:target/orders/');
  });

  test('of a locked vault says that it is, and works again once it is open', async () => {
    await page.getByRole('button', { name: 'Lock the vault' }).click();
    await bar().getByText('VAULT_LOCKED').waitFor();
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Unlock the vault' }).click();

    await page.getByRole('button', { name: 'Lock the vault' }).waitFor();
    await bar().getByText('VAULT_LOCKED').waitFor({ state: 'detached' });
  });

  test('takes a pasted URL apart and shows its password to nobody', async () => {
    await page.getByRole('link', { name: 'Add a target' }).click();
    await page.getByText('PostgreSQL', { exact: true }).click();
    await fill('Connection URL', 'postgres://ada:hush@db.example.org:6432/files');

    expect(await page.getByRole('textbox', { name: 'Host' }).inputValue()).toBe('db.example.org');
    expect(await page.getByRole('textbox', { name: 'Port' }).inputValue()).toBe('6432');
    expect(await page.getByRole('textbox', { name: 'Connection URL' }).inputValue()).toBe('');
    expect(await page.getByRole('main').textContent()).not.toContain('hush');
  });

  test('is taken over from a wrangler project: one of its databases, with the bucket beside it', async () => {
    const project = join(started.home, 'project');
    mkdirSync(project);
    writeFileSync(
      join(project, 'wrangler.jsonc'),
      JSON.stringify({
        name: 'shop',
        d1_databases: [{ binding: 'DB', database_id: 'one' }],
        env: {
          production: {
            d1_databases: [{ binding: 'DB', database_id: 'two' }],
            r2_buckets: [{ binding: 'FILES', bucket_name: 'shop-files' }],
          },
        },
      }),
    );
    await openTargets();
    await page.getByRole('link', { name: 'Add a target' }).click();

    await fill('Wrangler project', project);
    await page.getByRole('button', { name: 'Read the project' }).click();
    await page.getByRole('button', { name: 'shop-production' }).click();

    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe(
      'shop-production',
    );
    expect(await page.getByRole('textbox', { name: 'Bucket' }).inputValue()).toBe('shop-files');
    expect(await page.getByRole('textbox', { name: 'D1 file' }).inputValue()).toContain(project);
    await fill('Wrangler project', join(project, 'nowhere'));
    await page.getByRole('button', { name: 'Read the project' }).click();
    await page.getByRole('alert').getByText('No wrangler project was found').waitFor();
  });

  test('is removed after a question that says what stays', async () => {
    await openTargets();
    await page.getByRole('link', { name: 'orders' }).click();
    await page.getByRole('button', { name: 'Remove the target…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('runs, snapshots and quarantines stay');
    await dialog.getByRole('button', { name: 'Remove target orders' }).click();
    await page.waitForURL(/\/targets$/);

    await page.getByRole('link', { name: 'orders' }).waitFor({ state: 'detached' });
    expect(keptText()).not.toContain('orders');
  });
});

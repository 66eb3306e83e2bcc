import type { Page } from 'playwright-core';

// What an operator does, by the names that the pages show.

/** Goes from the status board to the plan of a batch and waits until it is made. */
export async function planBatch(page: Page, batchId: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Status' }).click();
  await page.getByRole('button', { name: batchId, exact: true }).click();
  await page.getByRole('link', { name: 'Plan the rollback of this batch' }).click();
  await makePlanNow(page);
}

/** Plans everything that was ever migrated. */
export async function planEverything(page: Page): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Plan' }).click();
  await page.getByRole('checkbox', { name: 'Everything' }).check();
  await makePlanNow(page);
}

async function makePlanNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await page.waitForURL(/\/plans\//);
  await page.getByRole('region', { name: 'What will happen' }).waitFor();
}

/** Opens the dialog that asks for the typed consent. */
export async function openConfirmation(page: Page): Promise<void> {
  const footer = page.getByLabel('Plan actions');
  await footer.getByRole('button', { name: /…$/ }).click();
  await page.getByRole('dialog').waitFor();
}

/** Types the phrase that the open dialog asks for. */
export async function typePhrase(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  const phrase = (await dialog.locator('#phrase-to-type code').textContent()) ?? '';
  await dialog.getByRole('textbox', { name: 'Confirmation phrase' }).fill(phrase);
}

/** Presses the one button of the open dialog that executes the plan. */
export async function pressExecute(page: Page): Promise<void> {
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^(Roll back|Undo|Drop|Restore)/ })
    .click();
}

/** Consents to the plan on the page and waits for its run. */
export async function execute(page: Page): Promise<void> {
  await openConfirmation(page);
  await typePhrase(page);
  await pressExecute(page);
  await page.waitForURL(/\/runs\//);
}

/** Waits until the run of the page has ended, and says what became of it. */
export async function verdictOf(page: Page): Promise<string> {
  // A page may show for a moment what it knew before the run began.
  const outcome = page
    .getByRole('region', { name: 'Outcome' })
    .filter({ hasNotText: 'has not been executed' });
  await outcome.waitFor({ timeout: RUN_TIMEOUT_MS });
  return (await outcome.textContent()) ?? '';
}

const RUN_TIMEOUT_MS = 60_000;

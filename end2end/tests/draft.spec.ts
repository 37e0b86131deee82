// What is typed into a form stays in this tab until a save has gone through: one that hangs or fails takes nothing away.
import type { Page } from '@playwright/test';
import { DETAIL, expect, firstOf, live, test } from '../fixtures/forecourt';

const SAVE = '**/vehicle_update';
const notes = (page: Page) => page.getByLabel('Notes', { exact: true });
const save = (page: Page) => page.getByRole('button', { name: 'Save changes' });
const restored = (page: Page) => page.getByText('Your unsaved changes were restored.');

/** Opens a vehicle's form and types something that stands in no vehicle. */
async function typed(page: Page, list: string) {
  const href = await firstOf(page, list);
  await page.goto(`${href}/edit`);
  await live(page);
  const text = `Two keys in the safe ${Date.now()}`;
  await notes(page).fill(text);
  await expect(page.getByText('1 unsaved change')).toBeVisible();
  return { href, text };
}

/** Loads the page again, whatever it asks. */
async function reload(page: Page) {
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await live(page);
}

test('a save that is never answered takes nothing away, and the copy goes only with one that is', async ({ page }) => {
  const { href, text } = await typed(page, '/stock?sort=mileage');
  await page.route(SAVE, () => {});
  const sent = page.waitForRequest(SAVE);
  await save(page).click();
  await sent;
  await reload(page);
  await expect(restored(page)).toBeVisible();
  await expect(notes(page)).toHaveValue(text);
  await expect(page.getByText('1 unsaved change')).toBeVisible();

  await page.unroute(SAVE);
  await save(page).click();
  await page.waitForURL(DETAIL);
  await expect(page.getByText(text).first()).toBeVisible();
  await page.goto(`${href}/edit`);
  await live(page);
  await expect(page.getByText('No unsaved changes')).toBeVisible();
  await expect(notes(page)).toHaveValue(text);
  await expect(restored(page)).toHaveCount(0);
});

test('a save without a network says so, and the form comes back filled after a reload', async ({ page, allowed }) => {
  allowed.push(/ERR_INTERNET_DISCONNECTED/);
  const { text } = await typed(page, '/stock?sort=-mileage');
  await page.context().setOffline(true);
  await save(page).click();
  await expect(page.locator('.vehicle-form .banner.bad')).toBeVisible();
  await expect(notes(page)).toHaveValue(text);
  await page.context().setOffline(false);
  await reload(page);
  await expect(restored(page)).toBeVisible();
  await expect(notes(page)).toHaveValue(text);
  await page.getByRole('button', { name: 'Discard them' }).click();
  await expect(page.getByText('No unsaved changes')).toBeVisible();
  await expect(notes(page)).not.toHaveValue(text);
});

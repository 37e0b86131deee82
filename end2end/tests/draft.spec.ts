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

test('a form that begins with a VIN keeps what is typed too, through a reload and steps through the history', async ({ page }) => {
  const begun = '/stock/new?vin=JM3TCBAY3L1169620';
  const make = page.locator('#field-make');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(begun);
  await live(page);
  await expect(make).toHaveValue('Mazda');
  await page.reload();
  await live(page);
  await expect(restored(page), 'nothing was typed').toHaveCount(0);
  await notes(page).fill('Two keys in the safe');
  await page.reload();
  await live(page);
  await expect(restored(page)).toBeVisible();
  await expect(notes(page)).toHaveValue('Two keys in the safe');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/stock$/);
  await page.goBack();
  await expect(page).toHaveURL(/vin=/);
  await expect(notes(page)).toHaveValue('Two keys in the safe');

  // Another query is another form.
  await page.locator('.top').getByRole('link', { name: 'New vehicle' }).click();
  await expect(page).toHaveURL(/\/stock\/new$/);
  await expect(make).toHaveValue('');
  await expect(notes(page)).toHaveValue('');
});

test('nothing can be typed into a form that is being saved, and a late answer leads nobody away', async ({ page }) => {
  const { href } = await typed(page, '/stock?sort=year');
  let answer = () => {};
  const held = new Promise<void>((go) => { answer = go; });
  await page.route(SAVE, async (route) => {
    await held;
    await route.continue();
  });
  await notes(page).press('Tab');
  await notes(page).focus();
  await save(page).click();
  await expect(page.locator('.vehicle-form .held')).toHaveAttribute('inert');
  await page.locator('.rail').getByRole('link', { name: 'Stock', exact: true }).click();
  await expect(page.locator('.row-link').first()).toBeVisible();
  const answered = page.waitForResponse(SAVE);
  answer();
  await (await answered).finished();
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
  await expect(page).toHaveURL(/\/stock$/);
  await page.goto(`${href}/edit`);
  await live(page);
  await expect(restored(page), 'it was saved').toHaveCount(0);
});

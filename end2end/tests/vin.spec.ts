// VINs: the decode page, and the form that fills itself in while one types.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, live, openPersonMenu, test } from '../fixtures/forecourt';

const ACCORD = '1HGCM82633A004352';
const OTHER = '5YJ3E1EA7KF317000';
/** A field by its name: what a VIN filled stands in its label too. */
const at = (page: Page, field: string) => page.locator(`#field-${field}`);

test('the decode page says what a VIN is, with where each fact comes from, and leads into the stock', async ({ page }) => {
  await page.goto('/vin');
  await live(page);
  await page.getByRole('main').getByLabel('VIN', { exact: true }).fill('1hgcm 82633-a004352');
  await page.getByRole('button', { name: 'Decode', exact: true }).click();
  await expect(page).toHaveURL(/\/vin\?vin=/);
  await expect(page.getByRole('heading', { level: 2, name: /2003 Honda Accord/ })).toBeVisible();
  await expect(page.getByText('The VIN is well formed.')).toBeVisible();
  await expect(page.locator('dt', { hasText: 'Body Class' }).locator('xpath=..')).toContainText('Coupe');
  await expect(page.locator('.tag', { hasText: 'derived' }).first()).toBeVisible();
  await live(page);
  await page.getByRole('main').getByRole('link', { name: 'Add to stock' }).click();
  await expect(page).toHaveURL(new RegExp(`/stock/new\\?vin=${ACCORD}`));
  await expect(page.getByLabel('VIN', { exact: true })).toHaveValue(ACCORD);
  await expect(at(page, 'model')).toHaveValue('Accord');
  await expectAccessible(page);
});

test('a VIN with a wrong character is named with its position, and the suggested one is a link', async ({ page, allowed }) => {
  allowed.push(/422/);
  await page.goto('/vin?vin=1HGCI82633A004352');
  await expect(page.getByText('Position 5: I is never used; did you mean 1?')).toBeVisible();
  await expect(page.getByRole('main').getByLabel('VIN', { exact: true })).toHaveValue('1HGCI82633A004352');
  await page.goto('/vin?vin=1HGCM82603A004352');
  await expect(page.getByText(/check digit/i).first()).toBeVisible();
  await expectAccessible(page);
});

test('the form fills itself in while one types, keeps what was typed and shows where the VIN differs', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  await at(page, 'make').fill('Acura');
  const field = page.getByLabel('VIN', { exact: true });
  await field.pressSequentially(ACCORD);
  await expect(at(page, 'model')).toHaveValue('Accord');
  await expect(at(page, 'model_year')).toHaveValue('2003');
  await expect(at(page, 'body_type')).toHaveValue('coupe');
  await expect(page.locator('.field', { has: page.locator('#field-model') }).getByText('from VIN')).toBeVisible();
  await expect(field).toHaveValue(ACCORD);
  await expect(at(page, 'make')).toHaveValue('Acura');
  await expect(page.getByText('Differs from the VIN: Honda')).toBeVisible();
  await expectAccessible(page);

  // Another VIN: what the first one filled follows it, what was typed does not.
  await at(page, 'model').fill('My own');
  await field.fill(OTHER);
  await expect(at(page, 'electrification')).toHaveValue('battery_electric');
  await expect(at(page, 'model')).toHaveValue('My own');
  await expect(page.getByText('Differs from the VIN: Tesla')).toBeVisible();
  await page.getByRole('button', { name: 'Use Tesla' }).click();
  await expect(at(page, 'make')).toHaveValue('Tesla');
  await expect(page.getByText('Differs from the VIN: Tesla')).toHaveCount(0);
  await field.fill('');
  await expect(at(page, 'electrification')).toHaveValue('');
  await expect(at(page, 'model')).toHaveValue('My own');
});

test('make and year stand there before the VIN is whole, and a scanner may press Enter', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  const field = page.getByLabel('VIN', { exact: true });
  await field.pressSequentially('1HG');
  await expect(at(page, 'make')).toHaveValue('Honda');
  await field.pressSequentially('CM82633');
  await expect(at(page, 'model_year')).toHaveValue('2003');
  await field.pressSequentially('A004352');
  await field.press('Enter');
  await expect(at(page, 'model')).toHaveValue('Accord');
  await expect(page).toHaveURL(/\/stock\/new$/);
  await expect(page.getByText('VIN decoded: 2003 Honda Accord', { exact: false })).toBeVisible();
});

test('an answer that comes late does not overwrite a newer one', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  let calls = 0;
  await page.route('**/vin_decode', async (route) => {
    if (calls++ === 0) await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  const field = page.getByLabel('VIN', { exact: true });
  const first = page.waitForRequest('**/vin_decode');
  await field.fill(ACCORD);
  const late = (await first).response();
  await field.fill(OTHER);
  await expect(at(page, 'model')).toHaveValue('Model 3');
  await late;
  await expect(at(page, 'model')).toHaveValue('Model 3');
});

test('what was decoded survives a reload, and the next VIN replaces it', async ({ page }) => {
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto('/stock/new');
  await live(page);
  await page.getByLabel('VIN', { exact: true }).fill(ACCORD);
  await expect(at(page, 'model')).toHaveValue('Accord');
  await page.reload();
  await live(page);
  await expect(at(page, 'model')).toHaveValue('Accord');
  await expect(page.getByText('from VIN').first()).toBeVisible();
  await page.getByLabel('VIN', { exact: true }).fill(OTHER);
  await expect(at(page, 'model')).toHaveValue('Model 3');
});

test('the page is in Spanish for those who read it', async ({ open }) => {
  const page = await open('sales');
  await page.goto('/vin');
  await live(page);
  await openPersonMenu(page);
  await page.getByRole('button', { name: 'Español' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await page.goto(`/vin?vin=${ACCORD}`);
  await expect(page.getByText('Clase de carrocería')).toBeVisible();
  await live(page);
  await openPersonMenu(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('the VINs of the whole stock are decoded by a job that is seen to move, and its report names what differs', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  await page.getByRole('button', { name: 'Decode VINs' }).click();
  await expect(page).toHaveURL(/\/stock\/decoding\/[0-9a-f-]{36}/);
  await expect(page.getByText('Every VIN of the stock was decoded.')).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/VINs decoded/)).toBeVisible();
  await expect(page.getByText(/\d fields? filled/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Differs from the VIN' })).toBeVisible();
  await expectAccessible(page);
  await page.locator('.plain-table a').first().click();
  await expect(page).toHaveURL(/\/stock\/[0-9a-f-]{36}/);
});

test('who may not change vehicles is not offered to decode the stock', async ({ open }) => {
  const page = await open('viewer');
  await page.goto('/stock');
  await live(page);
  await expect(page.locator('.row-link').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Decode VINs' })).toHaveCount(0);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the decode page is a plain form', async ({ page }) => {
    await page.goto('/vin');
    await page.getByRole('main').getByLabel('VIN', { exact: true }).fill(ACCORD);
    await page.getByRole('button', { name: 'Decode', exact: true }).click();
    await expect(page.getByRole('heading', { level: 2, name: /2003 Honda Accord/ })).toBeVisible();
  });

  test('the form decodes by its button, keeps what was typed, and takes what the VIN says', async ({ page }) => {
    await page.goto('/stock/new');
    await page.getByLabel('VIN', { exact: true }).fill(ACCORD);
    await at(page, 'make').fill('Acura');
    await page.getByLabel('Asking price').fill('12,900');
    await page.getByRole('button', { name: 'Decode VIN' }).click();
    await expect(page).toHaveURL(/\/stock\/new\?form=/);
    await expect(at(page, 'model')).toHaveValue('Accord');
    await expect(at(page, 'make')).toHaveValue('Acura');
    await expect(page.getByLabel('Asking price')).toHaveValue('12,900');
    await expect(page.getByText('Differs from the VIN: Honda')).toBeVisible();
    await page.getByRole('button', { name: 'Use Honda' }).click();
    await expect(at(page, 'make')).toHaveValue('Honda');
    await page.getByLabel('Notes').press('Tab');
    await page.getByLabel('Tags').press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: /2003 Honda Accord/ })).toBeVisible();
  });
});

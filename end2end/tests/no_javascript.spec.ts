// Links and forms carry everything; WASM only makes it live.
import { expect, test } from '../fixtures/forecourt';

test.use({ javaScriptEnabled: false });

test('the list, its filters and its pages work without JavaScript', async ({ page }) => {
  await page.goto('/stock');
  await expect(page.locator('.row-link')).toHaveCount(25);
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page.locator('.row-link')).toHaveCount(25);
  await page.locator('#stock-search').fill('NVT918');
  await page.locator('#stock-search').press('Enter');
  await expect(page.locator('.row-link')).toHaveCount(1);
});

test('a vehicle is added by a plain form; a failed one comes back filled with its problems', async ({ page }) => {
  await page.goto('/stock/new');
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Mileage', { exact: true }).fill('lots');
  await page.locator('form').filter({ has: page.getByLabel('Make', { exact: true }) }).evaluate((form: HTMLFormElement) => { form.noValidate = true; }).catch(() => undefined);
  await page.getByLabel('Model', { exact: true }).fill('Isabella');
  await page.getByRole('button', { name: 'Add to the stock' }).click();
  await expect(page).toHaveURL(/\/stock\/new\?form=/);
  await expect(page.getByLabel('Make', { exact: true })).toHaveValue('Borgward');
  await expect(page.getByLabel('Mileage', { exact: true })).toHaveValue('lots');
  await expect(page.getByText('This is not a number.').first()).toBeVisible();
  await page.getByLabel('Mileage', { exact: true }).fill('12,000');
  await page.getByRole('button', { name: 'Add to the stock' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Borgward Isabella' })).toBeVisible();
});

test('delete and undo are plain forms', async ({ page }) => {
  await page.goto('/stock?sort=title&direction=descending');
  await page.locator('.row-link').first().click();
  await page.locator('main summary').filter({ hasText: 'More' }).first().click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('The vehicle was taken off the stock.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/\/stock\/[0-9a-f-]{36}/);
});

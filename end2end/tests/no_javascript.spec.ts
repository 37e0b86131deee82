// Links and forms carry everything; WASM only makes it live.
import { DETAIL, expect, firstOf, giveCredentials, test } from '../fixtures/forecourt';

test.use({ javaScriptEnabled: false });

test('the list, its filters and its pages work without JavaScript', async ({ page }) => {
  await page.goto('/stock');
  await expect(page.locator('.row-link')).toHaveCount(25);
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(page.locator('.row-link')).toHaveCount(25);
  await page.locator('#stock-search').fill('NVT918');
  await page.locator('#stock-search').press('Enter');
  await expect(page.locator('.row-link')).toHaveCount(1);
});

test('a vehicle is added by a plain form; a failed one comes back filled with its problems', async ({ page }) => {
  await page.goto('/stock/new');
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Model', { exact: true }).fill('Isabella');
  await page.getByLabel('Mileage', { exact: true }).fill('lots');
  await page.getByRole('button', { name: 'Add to stock' }).click();
  await expect(page).toHaveURL(/\/stock\/new\?form=/);
  await expect(page.getByLabel('Make', { exact: true })).toHaveValue('Borgward');
  await expect(page.getByLabel('Mileage', { exact: true })).toHaveValue('lots');
  await expect(page.locator('#field-mileage-problem')).toHaveText('Enter a number.');
  await page.getByLabel('Mileage', { exact: true }).fill('12,000');
  await page.getByRole('button', { name: 'Add to stock' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Borgward Isabella' })).toBeVisible();
});

test('an edit that meets another shows both versions, keeps what was typed, and is saved the second time', async ({ page, open }) => {
  const theirs = await open('sales');
  const href = await firstOf(page, '/stock?sort=-mileage');
  await page.goto(`${href}/edit`);
  await theirs.goto(`${href}/edit`);
  await theirs.getByLabel('Asking price').fill('10,100');
  await theirs.getByRole('button', { name: 'Save changes' }).click();
  await theirs.waitForURL(DETAIL);

  await page.getByLabel('Asking price').fill('10,200');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page).toHaveURL(/\/edit\?form=/);
  const notice = page.getByRole('alert').filter({ hasText: 'Somebody else saved this vehicle while you were editing' });
  await expect(notice).toContainText('10,100');
  await expect(notice).toContainText('10,200');
  await expect(page.getByLabel('Asking price')).toHaveValue('10,200');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.waitForURL(DETAIL);
  await expect(page.locator('.standing-price')).toHaveText('$10,200');
});

test('an edit keeps what somebody else changed in fields that were not touched', async ({ page, open }) => {
  const theirs = await open('sales');
  const place = `D-${Date.now() % 100_000}`;
  const href = await firstOf(page, '/stock?sort=-year');
  await page.goto(`${href}/edit`);
  await theirs.goto(`${href}/edit`);
  await theirs.getByLabel('Lot location').fill(place);
  await theirs.getByRole('button', { name: 'Save changes' }).click();
  await theirs.waitForURL(DETAIL);

  await page.getByLabel('Asking price').fill('10,300');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page).toHaveURL(/\/edit\?form=/);
  await expect(page.getByRole('alert').filter({ hasText: 'Somebody else saved this vehicle' })).toContainText(place);
  await expect(page.getByLabel('Lot location')).toHaveValue(place);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.waitForURL(DETAIL);
  await expect(page.locator('.standing-price')).toHaveText('$10,300');
  await expect(page.getByText(place, { exact: true }).first()).toBeVisible();
});

test('a status moves by a plain form, and a missing reason is asked for', async ({ page }) => {
  await page.goto(await firstOf(page, '/stock?status=available&sort=price'));
  await page.locator('.moves > summary').click();
  await page.getByLabel('New status').selectOption('in_repair');
  await page.locator('.moves button').click();
  await expect(page).toHaveURL(/form=/);
  await expect(page.locator('#field-reason-problem')).toHaveText('This field is required.');
  await expect(page.getByLabel('New status')).toHaveValue('in_repair');
  await page.getByLabel('Reason').fill('Brakes squeal');
  await page.locator('.moves button').click();
  await expect(page.locator('.standing .pill')).toHaveText('In repair');
  await expect(page.getByText('Brakes squeal').first()).toBeVisible();
});

test('a stock list is imported: the page loads itself again until it is checked', async ({ page }) => {
  const plate = Date.now().toString(36).toUpperCase();
  await page.goto('/stock/import');
  await page.getByLabel(/1,234\.56/).check();
  await page.getByLabel('CSV file').setInputFiles({ name: 'plain.csv', mimeType: 'text/csv', buffer: Buffer.from(`make,model,plate\nBorgward,Isabella,${plate}\n`) });
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page).toHaveURL(/\/stock\/import\/[0-9a-f-]{36}/);
  await page.getByRole('button', { name: 'Import 1 vehicle' }).click({ timeout: 30_000 });
  await expect(page.getByText('1 vehicle imported.')).toBeVisible({ timeout: 30_000 });
  await page.goto(`/stock?q=${plate}`);
  await expect(page.locator('.row-link')).toHaveCount(1);
});

test('delete and undo are plain forms', async ({ page }) => {
  await page.goto('/stock?sort=-title');
  await page.locator('.row-link').first().click();
  await page.locator('main .menu summary').filter({ hasText: 'More' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Vehicle deleted.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(DETAIL);
});

test('a session that ends on the edit form gives the form back, filled, after sign-in', async ({ open }) => {
  const page = await open('manager');
  const href = await firstOf(page, '/stock?sort=-price');
  await page.goto(`${href}/edit`);
  await page.getByLabel('Notes').fill('Typed before the session ended');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await giveCredentials(page, 'manager');
  await expect(page).toHaveURL(/\/edit\?form=/);
  await expect(page.getByLabel('Notes')).toHaveValue('Typed before the session ended');
});

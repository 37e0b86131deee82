// A stock list comes in: dry run, report, all or the good rows.
import { truncateSync, writeFileSync } from 'node:fs';
import type { Page, Route } from '@playwright/test';
import { expect, expectAccessible, live, test } from '../fixtures/forecourt';

const plate = () => Math.random().toString(36).slice(2, 8).toUpperCase();

async function upload(page: Page, name: string, text: string, notation: RegExp) {
  await page.goto('/stock/import');
  await live(page);
  await page.getByLabel('CSV file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByLabel(notation).check();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page).toHaveURL(/\/stock\/import\/[0-9a-f-]{36}/);
}

test('a good file is checked, then imported', async ({ page }) => {
  const [one, two] = [plate(), plate()];
  const rows = `\uFEFFmake;model;plate;asking_price\nBorgward;Isabella;${one};12.900,50\nBorgward;Arabella;${two};7.500\n`;
  await upload(page, 'good.csv', rows, /1\.234,56/);
  await expect(page.getByText('2 valid rows')).toBeVisible();
  await page.getByRole('button', { name: 'Import all 2 vehicles' }).click();
  await expect(page.getByText('2 vehicles imported.')).toBeVisible();
  await page.goto(`/stock?q=${one}`);
  await expect(page.locator('.row-link')).toHaveCount(1);
  await page.locator('.row-link').click();
  await expect(page.locator('.standing-price')).toHaveText('$12,900.50');
});

test('rows with errors are named with row, column, value and why; the valid ones can go in', async ({ page }) => {
  const good = plate();
  const rows = `make,model,plate,mileage\nBorgward,Isabella,${good},12000\nBorgward,,${plate()},-5\n`;
  await upload(page, 'mixed.csv', rows, /1,234\.56/);
  await expect(page.getByText('1 row with errors')).toBeVisible();
  const problem = (column: string) => page.locator('.plain-table tbody tr').filter({ has: page.locator('code', { hasText: column }) });
  await expect(problem('model').locator('td')).toHaveText(['3', 'modelModel', '', 'This field is required.']);
  await expect(problem('mileage').locator('td')).toHaveText(['3', 'mileageMileage', '-5', /^Must be between 0 and /]);
  await expect(page.getByText('Nothing has been saved yet.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Import the 1 valid row' }).click();
  await expect(page.getByText('1 vehicle imported.')).toBeVisible();
  await expectAccessible(page);
  await page.goto(`/stock?q=${good}`);
  await expect(page.locator('.row-link')).toHaveCount(1);
});

test('a file with a quote that is never closed is refused whole, saying where', async ({ page }) => {
  await upload(page, 'quote.csv', 'make,model\n"Borgward,Isabella\nx,y\n', /1,234\.56/);
  await expect(page.getByText('The file was not imported; nothing was saved.')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('line 2');
  await expectAccessible(page);
});

test('no way of writing numbers looks chosen before somebody chose it', async ({ page }) => {
  await page.goto('/stock/import');
  await live(page);
  const fills = () => page.getByRole('radio').evaluateAll((radios) => radios.map((radio) => getComputedStyle(radio).backgroundColor));
  const before = await fills();
  await page.getByLabel(/1\.234,56/).check();
  await expect.poll(async () => (await fills()).map((fill, index) => fill !== before[index])).toEqual([false, true]);
});

/** A file of that many bytes that takes no space. */
function fileOf(bytes: number) {
  const path = test.info().outputPath('large.csv');
  writeFileSync(path, '');
  truncateSync(path, bytes);
  return path;
}

test('a file that is too large is not sent: the page says so at once, and takes another one', async ({ page }) => {
  const sent: string[] = [];
  page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.url()); });
  await page.goto('/stock/import');
  await live(page);
  await page.getByLabel(/1,234\.56/).check();
  await page.getByLabel('CSV file').setInputFiles(fileOf(50_000_001));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.locator('#field-file-problem')).toHaveText('This is too large (maximum 50 MB). Split it and try again.');
  await expectAccessible(page);
  expect(sent).toEqual([]);
  await page.getByLabel('CSV file').setInputFiles({ name: 'good.csv', mimeType: 'text/csv', buffer: Buffer.from(`make,model,plate\nBorgward,Isabella,${plate()}\n`) });
  await expect(page.locator('#field-file-problem')).toBeEmpty();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText('1 valid row')).toBeVisible();
});

test('without JavaScript a file that is too large leads to a page that says so, not to a broken connection', async ({ open, allowed }) => {
  allowed.push(/413/);
  const page = await open('manager', { javaScriptEnabled: false });
  await page.goto('/stock/import');
  await page.getByLabel(/1,234\.56/).check();
  await page.getByLabel('CSV file').setInputFiles(fileOf(60_000_000));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Too large' })).toBeVisible();
  await expect(page.getByText('maximum 50 MB')).toBeVisible();
});

/** So many rows that the check is still under way when the page is there. */
const longList = () => `make,model,plate\n${Array.from({ length: 10_000 }, () => `Borgward,Isabella,${plate()}${plate()}\n`).join('')}`;

test('the progress of a long import comes over server-sent events, without loading the page again', async ({ page }) => {
  test.setTimeout(180_000);
  await page.addInitScript(() => {
    const Real = window.EventSource;
    window.EventSource = class extends Real {
      constructor(url: string | URL) {
        super(url);
        this.addEventListener('message', (event) => {
          const { state, rows_done } = JSON.parse(event.data as string);
          const told = ((window as { told?: unknown[] }).told ??= []);
          told.push({ state, rows_done });
        });
      }
    };
  });
  await upload(page, 'long.csv', longList(), /1,234\.56/);
  await live(page);
  await page.evaluate(() => { (window as { same?: boolean }).same = true; });
  await expect(page.getByText('10,000 valid rows')).toBeVisible({ timeout: 120_000 });
  const [same, told] = await page.evaluate(() => [(window as { same?: boolean }).same, (window as { told?: { state: string; rows_done: number }[] }).told ?? []] as const);
  expect(same, 'the page was never loaded again').toBe(true);
  expect(told.at(-1)?.state).toBe('checked');
  const counts = told.map((one) => one.rows_done);
  expect(counts, 'it only goes forward').toEqual([...counts].sort((one, other) => one - other));
});

for (const [how, block] of [
  ['are broken off', (route: Route) => route.abort()],
  ['are answered by something else', (route: Route) => route.fulfill({ status: 503, body: 'no streams here' })],
] as const) {
  test(`where server-sent events ${how}, the page asks instead and still reaches the end`, async ({ page, allowed }) => {
    test.setTimeout(180_000);
    allowed.push(/ERR_FAILED|503/);
    let [blocked, asked] = [0, 0];
    await page.route('**/api/v1/vehicles/imports/*/events', (route) => { blocked += 1; return block(route); });
    page.on('request', (request) => { if (request.url().includes('vehicle_import_find')) asked += 1; });
    await upload(page, 'long.csv', longList(), /1,234\.56/);
    await live(page);
    await page.evaluate(() => { (window as { same?: boolean }).same = true; });
    await expect(page.getByText('10,000 valid rows')).toBeVisible({ timeout: 120_000 });
    expect(await page.evaluate(() => (window as { same?: boolean }).same), 'the page was never loaded again').toBe(true);
    expect(blocked, 'it tried the stream first').toBeGreaterThan(0);
    expect(asked).toBeGreaterThan(0);
  });
}

// A stock list comes in: dry run, report, all or the good rows.
import { expect, expectAccessible, live, test } from '../fixtures/forecourt';

const plate = () => Math.random().toString(36).slice(2, 8).toUpperCase();

test('a good file is checked, then imported', async ({ page }) => {
  const [one, two] = [plate(), plate()];
  await page.goto('/stock/import');
  await live(page);
  await page.getByLabel('CSV file').setInputFiles({
    name: 'good.csv', mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFFmake;model;plate;asking_price\nBorgward;Isabella;${one};12.900,50\nBorgward;Arabella;${two};7.500\n`),
  });
  await page.getByLabel(/1\.234,56/).check();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page).toHaveURL(/\/stock\/import\/[0-9a-f-]{36}/);
  await expect(page.getByText('2 good rows')).toBeVisible();
  await page.getByRole('button', { name: 'Import all 2 vehicles' }).click();
  await expect(page.getByText('2 vehicles are in your stock now.')).toBeVisible();
  await page.goto(`/stock?q=${one}`);
  await expect(page.locator('.row-link')).toHaveCount(1);
  await expect(page.getByText('$12,901').or(page.getByText('$12,900.50')).first()).toBeVisible();
});

test('bad rows are named with row, column, value and why; the good ones can go in', async ({ page }) => {
  await page.goto('/stock/import');
  await live(page);
  await page.getByLabel('CSV file').setInputFiles({
    name: 'mixed.csv', mimeType: 'text/csv',
    buffer: Buffer.from(`make,model,plate,mileage\nBorgward,Isabella,${plate()},12000\nBorgward,,${plate()},-5\n`),
  });
  await page.getByLabel(/1,234\.56/).check();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText('1 bad row')).toBeVisible();
  await expect(page.getByText('This is needed.')).toBeVisible();
  await expect(page.getByText('Nothing has been written yet.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Import the 1 good row' }).click();
  await expect(page.getByText('1 vehicle is in your stock now.')).toBeVisible();
});

test('a file with a quote that is never closed is refused whole, saying where', async ({ page }) => {
  await page.goto('/stock/import');
  await live(page);
  await page.getByLabel('CSV file').setInputFiles({ name: 'quote.csv', mimeType: 'text/csv', buffer: Buffer.from('make,model\n"Borgward,Isabella\nx,y\n') });
  await page.getByLabel(/1,234\.56/).check();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText('The file was not imported; nothing was written.')).toBeVisible();
});

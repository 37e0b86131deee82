// In Spanish: words, numbers, and what people type.
import { expect, expectAccessible, live, openPersonMenu, test } from '../fixtures/forecourt';

test.use({ who: 'owner' });

test('a person chooses Spanish; texts, numbers and typed prices follow', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  await openPersonMenu(page);
  await page.getByRole('button', { name: 'Español' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Inventario' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(page.getByText(/1\.\d{3} vehículos|\d{3} vehículos/).first()).toBeVisible();
  await expectAccessible(page);

  await page.goto('/stock/new');
  await live(page);
  await page.getByLabel('Marca', { exact: true }).fill('Borgward');
  await page.getByLabel('Modelo', { exact: true }).fill('Isabella');
  await page.getByLabel('Precio de venta').fill('12.900,50');
  await page.getByRole('button', { name: 'Agregar al inventario' }).click();
  await expect(page.getByText('$12.900,50').first()).toBeVisible();

  // No English on the way: what a vehicle's pages say by themselves, not what people typed.
  const english = /\b(Asking price|Purchase price|Mileage|Save changes|History|Body type|Transmission|Outside colour|Import|Check the file|Stock number|Days in stock|Status|Notes|Added|Cancel)\b/;
  const detail = new URL(page.url()).pathname;
  for (const path of [detail, `${detail}?tab=history`, `${detail}/edit`, '/stock/import']) {
    await page.goto(path);
    await live(page);
    expect(await page.locator('body').innerText(), path).not.toMatch(english);
  }
  await page.getByLabel(/1\.234,56/).check();
  const rows = `make,model,plate\nBorgward,Isabella,${Date.now().toString(36).toUpperCase()}\nBorgward,,\n`;
  await page.getByLabel('Archivo CSV').setInputFiles({ name: 'lista.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.locator('.import-form button').click();
  await page.waitForURL(/\/stock\/import\/[0-9a-f-]{36}/);
  await expect(page.getByText('1 fila válida').first()).toBeVisible();
  expect(await page.locator('body').innerText(), 'the report').not.toMatch(english);

  await openPersonMenu(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

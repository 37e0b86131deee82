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

  await openPersonMenu(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

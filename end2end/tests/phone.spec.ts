// On the lot, in the rain: a phone of 390 and one of 360 pixels.
import { expect, live, test } from '../fixtures/forecourt';

for (const width of [390, 360]) {
  test.describe(`${width} px wide`, () => {
    test.use({ viewport: { width, height: 844 } });

    test('nothing scrolls sideways', async ({ page }) => {
      await page.goto('/stock');
      const detail = await page.locator('.row-link').first().getAttribute('href');
      for (const path of ['/stock', '/stock?q=zzzz', '/stock/new', '/stock/import', detail!, `${detail}/edit`]) {
        await page.goto(path);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wider, `${path} at ${width} px`).toBeLessThanOrEqual(0);
      }
    });

    test('price and next action stand right under the photo, and the bar leads everywhere', async ({ page }) => {
      await page.goto('/stock?status=in_preparation');
      await live(page);
      await page.locator('.row-link').first().click();
      await page.waitForURL(/\/stock\/[0-9a-f-]{36}/);
      const [photo, action] = await Promise.all([page.locator('.vehicle-hero').boundingBox(), page.getByRole('button', { name: 'Put on sale' }).boundingBox()]);
      expect(action!.y).toBeGreaterThan(photo!.y);
      expect(action!.y, 'without scrolling').toBeLessThan(844);
      await expect(page.locator('.tabbar')).toBeVisible();
    });
  });
}

// On the lot, in the rain: a phone of 390 and one of 360 pixels.
import { DETAIL, expect, expectNoSidewaysScroll, giveCredentials, live, test } from '../fixtures/forecourt';

for (const width of [390, 360]) {
  test.describe(`${width} px wide`, () => {
    test.use({ viewport: { width, height: 844 } });

    test('a person signs in', async ({ open }) => {
      const page = await open(null);
      await page.goto('/stock');
      await expectNoSidewaysScroll(page);
      await expect(page.getByRole('button', { name: 'Sign in' }), 'without scrolling').toBeInViewport();
      await giveCredentials(page, 'manager');
      await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
      await expect(page.locator('.tabbar')).toBeVisible();
    });

    test('price and next action stand right under the photo', async ({ page }) => {
      await page.goto('/stock?status=in_preparation');
      await live(page);
      await page.locator('.row-link').first().click();
      await page.waitForURL(DETAIL);
      const [photo, action] = await Promise.all([page.locator('.vehicle-hero').boundingBox(), page.getByRole('button', { name: 'List for sale' }).boundingBox()]);
      expect(action!.y).toBeGreaterThan(photo!.y + photo!.height);
      expect(action!.y + action!.height, 'without scrolling').toBeLessThan(844);
    });

    test('“Show” closes the filters, changed or not', async ({ page }) => {
      await page.goto('/stock');
      await live(page);
      const filters = page.locator('.stock-filter details').first();
      await filters.locator('summary').click();
      await page.getByRole('button', { name: 'Show' }).click();
      await expect(filters).not.toHaveAttribute('open');
    });

    test('another view of a vehicle stands where the reader is', async ({ page }) => {
      await page.goto('/stock?status=available');
      await live(page);
      await page.locator('.row-link').first().click();
      await page.waitForURL(DETAIL);
      const history = page.locator('.tabs').getByRole('link', { name: 'History' });
      await history.scrollIntoViewIfNeeded();
      await page.evaluate(() => scrollBy(0, 120));
      const top = (await history.boundingBox())!.y;
      await history.click();
      await expect(page).toHaveURL(/tab=history/);
      await expect(history).toBeInViewport();
      expect(Math.abs((await history.boundingBox())!.y - top)).toBeLessThan(200);
    });

    test('a vehicle is added with the round button, then edited', async ({ page }) => {
      await page.goto('/stock');
      await live(page);
      await page.locator('.tabbar').getByRole('link', { name: 'New vehicle' }).click();
      await page.waitForURL(/\/stock\/new/);
      await page.getByLabel('Make', { exact: true }).fill('Borgward');
      await page.getByLabel('Model', { exact: true }).fill('Isabella');
      await page.getByLabel('Asking price').fill('8,500');
      const save = page.getByRole('button', { name: 'Add to stock' });
      await expect(save, 'the bar with Save stays in view').toBeInViewport();
      await save.click();
      await page.waitForURL(DETAIL);
      await expect(page.locator('.standing-price')).toHaveText('$8,500');
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      await page.waitForURL(/\/edit/);
      await page.getByLabel('Asking price').fill('8,250');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.waitForURL(DETAIL);
      await expect(page.locator('.standing-price')).toHaveText('$8,250');
      await expectNoSidewaysScroll(page);
    });
  });
}

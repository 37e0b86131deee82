// Dark by choice, and a folded rail: at once, after a reload, and without JavaScript.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, live, openPersonMenu, test } from '../fixtures/forecourt';

/** How light the page's ground is, 0 to 255. */
const ground = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d')!;
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data[1];
  });

for (const javaScriptEnabled of [true, false]) {
  test(`a person chooses dark and folds the rail ${javaScriptEnabled ? 'at once' : 'without JavaScript'}`, async ({ open }) => {
    const page = await open('manager', { javaScriptEnabled, colorScheme: 'light' });
    await page.goto('/stock');
    if (javaScriptEnabled) await live(page);
    const root = page.locator('html');
    const wide = (await page.locator('.rail').boundingBox())!.width;
    await openPersonMenu(page);
    await page.getByRole('button', { name: 'Dark' }).click();
    await expect(root).toHaveAttribute('data-theme', 'dark');
    await page.locator('.rail form button').click();
    await expect(root).toHaveAttribute('data-rail', 'narrow');
    await expect.poll(async () => (await page.locator('.rail').boundingBox())!.width).toBeLessThan(wide);
    await page.goto('/stock/new');
    await expect(root).toHaveAttribute('data-theme', 'dark');
    await expect(root).toHaveAttribute('data-rail', 'narrow');
    if (javaScriptEnabled) {
      expect(await ground(page), 'dark though the device is light').toBeLessThan(80);
      await expectAccessible(page);
    }
    await openPersonMenu(page);
    await page.getByRole('button', { name: 'Light' }).click();
    await expect(root).toHaveAttribute('data-theme', 'light');
  });
}

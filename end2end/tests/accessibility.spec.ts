// Every page by axe, light and dark, desk and phone; any console error fails.
import { expect, expectAccessible, live, test } from '../fixtures/forecourt';

const paths = ['/stock', '/stock?q=zzzzzzzz', '/stock?cursor=tampered', '/stock/new', '/stock/import', '/ui', 'detail', 'history', 'edit'];

for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
  test.describe(`${viewport.width} px`, () => {
    test.use({ viewport });
    for (const path of paths) {
      test(`${path} is accessible`, async ({ page, allowed }) => {
        if (path.includes('tampered')) allowed.push(/422/);
        let address = path;
        if (!path.startsWith('/')) {
          await page.goto('/stock');
          const href = await page.locator('.row-link').first().getAttribute('href');
          address = { detail: href!, history: `${href}?tab=history`, edit: `${href}/edit` }[path]!;
        }
        await page.goto(address);
        await live(page);
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
        await expectAccessible(page);
      });
    }
  });
}

test('a page that does not exist says so, accessibly', async ({ page, allowed }) => {
  allowed.push(/404/);
  const answer = await page.goto('/no/such/page');
  expect(answer!.status()).toBe(404);
  await expectAccessible(page);
});

test('the CSP is enforced: an injected script does not run', async ({ page, allowed }) => {
  allowed.push(/Content Security Policy/i, /Executing inline/i, /404/);
  await page.goto('/stock');
  await page.evaluate(() => {
    const script = document.createElement('div');
    script.innerHTML = '<img src="x" onerror="window.owned = true">';
    document.body.append(script);
  });
  await page.waitForTimeout(200);
  expect(await page.evaluate(() => (window as { owned?: boolean }).owned)).toBeUndefined();
});

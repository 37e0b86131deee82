// Every page by axe, light and dark, desk and phone; any console error fails.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectNoSidewaysScroll, live, test } from '../fixtures/forecourt';
import { pages, visit } from '../fixtures/pages';
import { serverOf, withoutRedis } from '../fixtures/servers';

/** Posts a vehicle as a page without WASM does, with notes of that many characters. */
const post = (page: Page, characters: number) =>
  page.evaluate((characters) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: '/rpc/app/vehicle/calls/vehicle_create' });
    const notes = document.createElement('textarea');
    Object.assign(notes, { name: 'draft[notes]', value: 'x'.repeat(characters) });
    const notation = document.createElement('input');
    Object.assign(notation, { name: 'notation', value: 'point' });
    form.append(notes, notation);
    document.body.append(form);
    form.submit();
  }, characters);

/** The page says this, accessibly. */
async function expectToSay(page: Page, title: string) {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  await expectAccessible(page);
}

for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
  test.describe(`${viewport.width} px`, () => {
    test.use({ viewport });
    for (const path of pages) {
      test(`${path} is accessible and fits`, async ({ page, allowed }) => {
        await visit(page, path, allowed);
        await live(page);
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
        await expectAccessible(page);
        // The narrower phone of those that are on the lot.
        for (const width of viewport.width < 400 ? [390, 360] : [viewport.width]) {
          await page.setViewportSize({ ...viewport, width });
          await expectNoSidewaysScroll(page);
        }
      });
    }

    test('a page that does not exist says so, accessibly', async ({ page, allowed }) => {
      allowed.push(/404/);
      const answer = await page.goto('/no/such/page');
      expect(answer!.status()).toBe(404);
      await expectToSay(page, 'Page not found');
    });

    test('a page that the role does not open says so, accessibly', async ({ open, allowed }) => {
      allowed.push(/403/);
      const page = await open('viewer');
      const answer = await page.goto('/stock/new');
      expect(answer!.status()).toBe(403);
      await expect(page.getByRole('heading', { level: 1, name: "You don't have access" })).toBeVisible();
      await expectAccessible(page);
    });

    test('a sign-in that expired, and one that was canceled, say so accessibly', async ({ open, allowed }) => {
      allowed.push(/400|403/);
      const page = await open(null);
      await page.goto('/auth/callback');
      await expectToSay(page, 'Sign-in expired');
      const begun = await page.request.get('/auth/login?return_to=/stock', { maxRedirects: 0 });
      const { origin, searchParams } = new URL(begun.headers().location!);
      const answer = new URLSearchParams({ error: 'access_denied', state: searchParams.get('state')!, iss: `${origin}/issuer` });
      await page.goto(`/auth/callback?${answer}`);
      await expectToSay(page, 'Sign-in canceled');
    });

    test('a form that cannot be kept is on the page that says so, and one that is too large is named as that, accessibly', async ({ page, allowed }) => {
      allowed.push(/413|422/);
      await page.goto('/stock');
      await post(page, 300_000);
      await expect(page.getByLabel('Notes')).toHaveValue(/^x{1000}/);
      await expect(page.getByRole('button', { name: 'Send it again' })).toBeVisible();
      await expectToSay(page, 'Could not be completed');
      await post(page, 1_100_000);
      await expectToSay(page, 'Too large');
    });

    test('the page of a server that waits for Redis is accessible, and Forecourt comes back', async ({ page, allowed }) => {
      const { folder } = serverOf(test.info().parallelIndex);
      test.skip(!folder, 'only where the server was started with FORECOURT_VAR_DIR');
      allowed.push(/503/);
      await page.goto('/stock');
      await withoutRedis(folder!, async () => {
        await expect(async () => expect((await page.goto('/stock'))!.status()).toBe(503)).toPass();
        await expectToSay(page, 'Temporarily unavailable');
        await post(page, 1);
        await expect(page.getByRole('button', { name: 'Send it again' })).toBeVisible();
        await expectToSay(page, 'Temporarily unavailable');
        await page.goBack();
      });
      await expect(async () => {
        await page.getByRole('link', { name: 'Try again' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Stock', { timeout: 3000 });
      }).toPass();
    });
  });
}

test('the documentation of the API works under its policy', async ({ page }) => {
  await page.goto('/api/docs/');
  await expect(page.locator('.opblock').first()).toBeVisible();
});

test('the CSP is enforced: an injected script does not run', async ({ page, allowed }) => {
  allowed.push(/Content Security Policy/i, /Executing inline/i, /404/);
  await page.goto('/stock');
  const refused = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
        const box = document.createElement('div');
        box.innerHTML = '<img src="x" onerror="window.owned = true">';
        document.body.append(box);
      }),
  );
  expect(refused).toBe('script-src-attr');
  expect(await page.evaluate(() => (window as { owned?: boolean }).owned)).toBeUndefined();
});

for (const [what, viewport] of Object.entries({ rail: { width: 1440, height: 900 }, 'bar of a phone': { width: 390, height: 844 } })) {
  test(`the ${what} marks the page that is open, and a link that was followed keeps its focus`, async ({ open }) => {
    const page = await open('manager', { viewport });
    await page.goto('/stock');
    await live(page);
    const link = (name: string) => page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name, exact: true });
    await expect(link('Stock')).toHaveAttribute('aria-current', 'page');
    await link('Decode VIN').focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Decode VIN' })).toBeVisible();
    await expect(link('Decode VIN')).toHaveAttribute('aria-current', 'page');
    await expect(link('Decode VIN')).toBeFocused();
    await expect(link('Stock')).not.toHaveAttribute('aria-current');
    await page.goBack();
    await expect(link('Stock')).toHaveAttribute('aria-current', 'page');
    await expect(link('Decode VIN')).not.toHaveAttribute('aria-current');
  });
}

// Every page by axe, light and dark, desk and phone; any console error fails.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, expectAccessible, firstOf, live, test } from '../fixtures/forecourt';

const paths = ['/stock', '/stock?q=zzzzzzzz', '/stock?cursor=tampered', '/stock?year_from=abc', '/stock/new', '/stock/import', '/vin', '/vin?vin=1HGCM82633A004352', '/stock/new?vin=1HGCM82633A004352', '/catalogue', '/catalogue?year=2019&make=Honda&model=Civic', '/catalogue/entries/new?level=engine&make=Honda&model=Civic', '/catalogue/entries', '/catalogue/changes', '/ui', 'detail', 'history', 'edit'];

for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
  test.describe(`${viewport.width} px`, () => {
    test.use({ viewport });
    for (const path of paths) {
      test(`${path} is accessible`, async ({ page, allowed }) => {
        if (path.includes('tampered')) allowed.push(/422/);
        let address = path;
        if (!path.startsWith('/')) {
          const href = await firstOf(page, '/stock');
          address = { detail: href, history: `${href}?tab=history`, edit: `${href}/edit` }[path]!;
        }
        await page.goto(address);
        await live(page);
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
        await expectAccessible(page);
      });
    }

    test('a page that does not exist says so, accessibly', async ({ page, allowed }) => {
      allowed.push(/404/);
      const answer = await page.goto('/no/such/page');
      expect(answer!.status()).toBe(404);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
      await expectAccessible(page);
    });

    test('a page that the role does not open says so, accessibly', async ({ open, allowed }) => {
      allowed.push(/403/);
      const page = await open('viewer');
      const answer = await page.goto('/stock/new');
      expect(answer!.status()).toBe(403);
      await expect(page.getByRole('heading', { level: 1, name: "You don't have access" })).toBeVisible();
      await expectAccessible(page);
    });

    test('the page of a server that waits for Redis is accessible, and Forecourt comes back', async ({ page, allowed }) => {
      const folder = process.env.FORECOURT_VAR_DIR;
      test.skip(!folder, 'only where the server was started with FORECOURT_VAR_DIR');
      allowed.push(/503/);
      const redis = readFileSync(`${folder}/redis/redis.pid`, 'utf8').trim();
      await page.goto('/stock');
      execFileSync('kill', ['-STOP', redis]);
      try {
        await expect(async () => expect((await page.goto('/stock'))!.status()).toBe(503)).toPass();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Temporarily unavailable');
        await expectAccessible(page);
      } finally {
        execFileSync('kill', ['-CONT', redis]);
      }
      await expect(async () => {
        await page.getByRole('link', { name: 'Try again' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Stock', { timeout: 3000 });
      }).toPass();
    });
  });
}

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

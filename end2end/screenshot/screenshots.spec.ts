// Writes every key page at desk and phone size, light and dark, English and Spanish, for people to look at.
import type { Browser } from '@playwright/test';
import { DETAIL, contextOf, live, openPersonMenu, signIn, test } from '../fixtures/forecourt';
import { addressOf } from '../fixtures/pages';
import { serverOf, withoutRedis } from '../fixtures/servers';

const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${size} ${colorScheme}`, async ({ browser }) => {
      test.setTimeout(300_000);
      const stranger = await browser.newContext({ viewport, colorScheme });
      const door = await stranger.newPage();
      await door.goto('/stock');
      await door.screenshot({ path: `screenshots/sign-in-${size}-${colorScheme}.png` });
      await stranger.close();
      const context = await contextOf(browser, 'manager', { viewport, colorScheme });
      const page = await context.newPage();
      const shoot = async (name: string, path: string, fullPage = false) => {
        await page.goto(path);
        await live(page);
        await page.screenshot({ path: `screenshots/${name}-${size}-${colorScheme}.png`, fullPage });
      };
      await shoot('stock', '/stock');
      await shoot('stock-filtered', '/stock?make=Mazda&year_from=2015&price_to=30000&status=available');
      await shoot('stock-nothing', '/stock?q=zzzzzz');
      await page.goto('/stock?status=available');
      const href = await page.locator('.row-link').first().getAttribute('href');
      await shoot('vehicle', href!, true);
      await shoot('history', `${href}?tab=history`);
      await shoot('edit', `${href}/edit`, true);
      await savedMeanwhile(browser, `${href}/edit`);
      await page.getByLabel('Asking price').fill(nextPrice());
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByRole('alert').first().waitFor();
      await page.screenshot({ path: `screenshots/edit-conflict-${size}-${colorScheme}.png`, fullPage: true });
      await shoot('new', '/stock/new', true);
      await page.getByRole('button', { name: 'Add to stock' }).click();
      await page.screenshot({ path: `screenshots/new-wrong-${size}-${colorScheme}.png`, fullPage: true });
      await shoot('import', '/stock/import', true);
      await shoot('import-report', await addressOf(page, 'import report'), true);
      await shoot('decoding-report', await addressOf(page, 'decoding report'), true);
      await shoot('vin', '/vin');
      await shoot('vin-decoded', '/vin?vin=1HGCM82633A004352', true);
      await shoot('new-from-vin', '/stock/new?vin=1HGCM82633A004352', true);
      await shoot('catalogue', '/catalogue');
      await shoot('catalogue-chosen', '/catalogue?year=2019&kind=car&make=Honda&model=Civic&line=EX-T');
      await shoot('catalogue-nothing', '/catalogue?make=No+Such+Make');
      await shoot('catalogue-entry', '/catalogue/entries/new?level=engine&make=Honda&model=Civic', true);
      await shoot('catalogue-entries', '/catalogue/entries');
      await shoot('catalogue-changes', '/catalogue/changes');
      await shoot('not-found', '/stock/00000000-0000-7000-8000-000000000000');
      await shoot('ui', '/ui', true);
      await context.close();
    });
  }
}

let price = 11_000;
const nextPrice = () => String((price += 111));

/** Somebody else changes the vehicle while a page with its form is open. */
async function savedMeanwhile(browser: Browser, form: string) {
  const context = await contextOf(browser, 'sales');
  const page = await context.newPage();
  await page.goto(form);
  await live(page);
  await page.getByLabel('Asking price').fill(nextPrice());
  await page.getByLabel('Interior color').fill(`Cognac ${price}`);
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.waitForURL(DETAIL);
  await context.close();
}

test('spanish', async ({ browser }) => {
  test.setTimeout(120_000);
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await signIn(page, 'manager');
    await page.goto('/stock');
    await live(page);
    await openPersonMenu(page);
    await page.getByRole('button', { name: 'Español' }).click();
    await page.waitForFunction(() => document.documentElement.lang === 'es');
    await page.screenshot({ path: `screenshots/stock-spanish-${size}.png` });
    await page.goto((await page.locator('.row-link').first().getAttribute('href'))!);
    await live(page);
    await page.screenshot({ path: `screenshots/vehicle-spanish-${size}.png`, fullPage: true });
    await page.goto('/catalogue?year=2019&make=Honda&model=Civic');
    await live(page);
    await page.screenshot({ path: `screenshots/catalogue-spanish-${size}.png` });
    for (const [name, path] of [['new', '/stock/new'], ['import', '/stock/import'], ['vin', '/vin?vin=1HGCM82633A004352']]) {
      await page.goto(path);
      await live(page);
      await page.screenshot({ path: `screenshots/${name}-spanish-${size}.png`, fullPage: true });
    }
    await openPersonMenu(page);
    await page.getByRole('button', { name: 'English' }).click();
    await page.waitForFunction(() => document.documentElement.lang === 'en');
    await context.close();
  }
});

test('while Redis does not answer', async ({ browser }) => {
  const { folder } = serverOf(test.info().parallelIndex);
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await contextOf(browser, 'manager', { viewport });
    const page = await context.newPage();
    await withoutRedis(folder!, async () => {
      await page.goto('/stock');
      await page.getByRole('heading', { name: 'Temporarily unavailable' }).waitFor();
      await page.screenshot({ path: `screenshots/unavailable-${size}.png` });
    });
    await context.close();
  }
});

// The pages come as pieces of WASM when they are opened; on the lot, or after an update of Forecourt, one of them may not.
import type { Page } from '@playwright/test';
import { DETAIL, expect, firstOf, live, test } from '../fixtures/forecourt';

/** Everything but what a first visit loads. */
const PIECES = /\/pkg\/(chunk_|split_).*\.wasm/;

/** What the browser says about a piece that was under way to a page that is left. */
const UNDER_WAY = /Failed to fetch/;

/** Opacity of the bar over a page while the next one's piece is on its way; without one 'none' or such. */
const barOf = (page: Page) =>
  page.evaluate(() => {
    const { content, opacity } = getComputedStyle(document.body, '::before');
    return content === 'none' ? content : opacity;
  });

/** Keeps pieces from coming until they are answered; `asked` ends with the request for the first. */
async function holdPieces(page: Page) {
  const asked = page.waitForRequest(PIECES);
  let answer: (how: 'continue' | 'abort') => void = () => {};
  const answered = new Promise<'continue' | 'abort'>((resolve) => (answer = resolve));
  await page.route(PIECES, async (route) => route[await answered]());
  return { asked, answer };
}

test('a page whose piece does not come is fetched whole, and works as without JavaScript', async ({ page, allowed }) => {
  allowed.push(/Failed to load resource|Failed to fetch|net::ERR_FAILED/);
  await page.goto('/stock?sort=-year');
  await live(page);
  await page.route(PIECES, (route) => route.abort());
  await page.locator('.row-link').first().click();
  await page.waitForURL(DETAIL);
  await expect(page.locator('.standing-price')).toBeVisible();
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.waitForURL(/\/edit/);
  await page.getByLabel('Notes').fill('Noted without the piece');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.locator('.vehicle-notes')).toHaveText('Noted without the piece');
  expect(await page.evaluate(() => document.documentElement.dataset.live), 'nothing has taken over the page').toBeUndefined();
  await page.unroute(PIECES);
  await page.reload();
  await live(page);
});

test('who asks for another vehicle before the page of the first has come sees the other', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  const [first, second] = [page.locator('.row-link').nth(0), page.locator('.row-link').nth(1)];
  const address = (await second.getAttribute('href'))!;
  const { asked, answer } = await holdPieces(page);
  await first.click();
  await asked;
  await second.click();
  await page.waitForURL((url) => url.pathname === new URL(address, url).pathname);
  answer('continue');
  await expect(page.locator('.standing-price')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Edit', exact: true })).toHaveAttribute('href', `${new URL(address, page.url()).pathname}/edit`);
  await live(page);
  expect(await barOf(page)).not.toBe('1');
});

test('a link that is followed before the browser has taken over the page leads where it says', async ({ page, allowed }) => {
  allowed.push(UNDER_WAY);
  const detail = await firstOf(page, '/stock');
  const { asked } = await holdPieces(page);
  await page.goto(detail);
  await asked;
  await page.getByRole('link', { name: 'Stock', exact: true }).first().click();
  await page.waitForURL(/\/stock$/);
  await expect(page.locator('.row-link').first()).toBeVisible();
  await live(page);
});

test('a page that the browser brings back as it was, still waiting for a piece, is fetched anew', async ({ page, allowed }) => {
  allowed.push(UNDER_WAY);
  await page.goto('/stock');
  await live(page);
  const { asked } = await holdPieces(page);
  await page.locator('.row-link').first().click();
  await asked;
  await expect.poll(() => barOf(page)).toBe('1');
  await page.evaluate(() => Object.assign(window, { before: true }));
  // Browsers that tests drive keep no page to bring back.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false })));
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => 'before' in window), 'a first show changes nothing').toBe(true);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await page.waitForFunction(() => !('before' in window));
  await live(page);
  expect(await barOf(page)).not.toBe('1');
});

test('who goes elsewhere before a piece fails stays there', async ({ page, allowed }) => {
  allowed.push(/Failed to load resource|Failed to fetch|net::ERR_FAILED/);
  await page.goto('/stock');
  await live(page);
  const { asked, answer } = await holdPieces(page);
  await page.locator('.row-link').first().click();
  await asked;
  await expect.poll(() => barOf(page), 'something is seen to move').toBe('1');
  await page.locator('.tabs').getByRole('link', { name: /^For sale/ }).click();
  await page.waitForURL(/status=available/);
  const failed = page.waitForEvent('requestfailed');
  answer('abort');
  await failed;
  await page.waitForLoadState('networkidle');
  await expect(page).toHaveURL(/\/stock\?status=available/);
  await expect(page.locator('.row-link').first()).toBeVisible();
  expect(await barOf(page)).not.toBe('1');
});

test('a page keeps its title while the browser takes it over', async ({ page }) => {
  const detail = await firstOf(page, '/stock');
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      const titles = new Set([document.title]);
      Object.assign(window, { titles });
      new MutationObserver(() => titles.add(document.title)).observe(document.head, { subtree: true, childList: true, characterData: true });
    });
  });
  await page.route(PIECES, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await page.goto(detail);
  await live(page);
  const titles = await page.evaluate(() => [...(window as unknown as { titles: Set<string> }).titles]);
  expect(titles).toEqual([expect.stringMatching(/ · Forecourt$/)]);
});

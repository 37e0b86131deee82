// The list: what it shows, how it is narrowed, and that the URL is its state.
import { DETAIL, expect, live, openPersonMenu, test } from '../fixtures/forecourt';

test('the list shows the demo stock with its count and value', async ({ page }) => {
  await page.goto('/stock');
  await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
  await expect(page.getByText(/[\d,]+ vehicles · \$[\d,]+ asking · \$[\d,]+ expected margin/)).toBeVisible();
  await expect(page.locator('.row-link')).toHaveCount(25);
});

test('a search finds by plate, and the address says what is searched', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  const box = page.locator('#stock-search');
  await box.fill('NVT918');
  await box.press('Enter');
  await expect(page).toHaveURL(/q=NVT918/);
  await expect(page.locator('.row-link')).toHaveCount(1);
  await expect(page.locator('.row-link')).toContainText('MINI Countryman');
  await page.reload();
  await expect(page.locator('.row-link')).toHaveCount(1);
});

test('filters narrow the list, say what they do, and can be taken off one by one', async ({ page }) => {
  await page.goto('/stock?make=Mazda&year_from=2019&price_to=30000');
  await live(page);
  const summary = page.getByText(/^[\d,]+ vehicles? · /);
  const counted = async () => Number((await summary.innerText()).split(' ')[0].replace(',', ''));
  await expect(page.locator('.chip')).toHaveText(['Mazda', 'Year from 2019', 'Price to $30,000']);
  for (const title of await page.locator('.row-link').allInnerTexts()) expect(title).toMatch(/^(2019|202\d) Mazda/);
  const before = await counted();
  await page.getByRole('link', { name: 'Remove filter: Year from 2019' }).click();
  await expect(page).not.toHaveURL(/year_from/);
  await expect(page.locator('.chip')).toHaveText(['Mazda', 'Price to $30,000']);
  await expect.poll(counted).toBeGreaterThan(before);
});

test('the search follows what is typed, and the filter panel and the order are used as they stand there', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  await page.locator('#stock-search').pressSequentially('honda');
  await expect(page).toHaveURL(/q=honda/);
  await expect(page.locator('.row-link').first()).toContainText('Honda');

  const menu = page.locator('.stock-filter summary').filter({ hasText: 'Filter' });
  await menu.click();
  const panel = page.locator('.filter-panel');
  await panel.getByLabel('Vehicle type', { exact: true }).selectOption('Motorcycle');
  await panel.getByLabel('Year from').fill('2010');
  await panel.getByLabel('Price to').fill('12,000');
  await panel.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL((url) => ['q=honda', 'kind=motorcycle', 'year_from=2010', 'price_to=12000'].every((part) => url.search.includes(part)));
  await expect(page.locator('.chip')).toHaveCount(4);
  await expect(page.getByText(/^[\d,]+ vehicles? · /)).toBeVisible();

  await page.locator('summary').filter({ hasText: 'Newest first' }).click();
  await page.getByRole('link', { name: 'Price, low to high' }).click();
  await expect(page).toHaveURL((url) => url.search.includes('sort=price') && url.search.includes('kind=motorcycle'));
  const prices = async () => (await page.locator('.c-price').allInnerTexts()).map((text) => Number(text.replace(/\D/g, ''))).filter((price) => price > 0);
  await expect.poll(async () => {
    const found = await prices();
    return found.length > 1 && found.every((price, at) => at === 0 || found[at - 1] <= price);
  }).toBe(true);
  await page.getByRole('columnheader', { name: 'Asking' }).getByRole('link').click();
  await expect(page).toHaveURL(/sort=-price/);
});

test('status tabs count what they would show', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  const tab = page.getByRole('link', { name: /Reserved/ }).first();
  const count = Number((await tab.innerText()).replace(/\D/g, ''));
  await tab.click();
  await expect(page).toHaveURL(/status=reserved/);
  await expect(page.getByText(`${count} vehicles ·`)).toBeVisible();
});

test('paging goes forward and back to the same rows', async ({ page }) => {
  await page.goto('/stock?sort=price');
  await live(page);
  const first = await page.locator('.row-link').allInnerTexts();
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect.poll(() => page.locator('.row-link').first().innerText()).not.toBe(first[0]);
  await page.getByRole('link', { name: 'Previous page' }).click();
  await expect.poll(() => page.locator('.row-link').allInnerTexts()).toEqual(first);
});

test('a tampered cursor leads back to the first page instead of failing', async ({ page, allowed }) => {
  allowed.push(/422/);
  await page.goto('/stock?cursor=bm90IGEgY3Vyc29y');
  await expect(page.getByText("This page of the list can't be found")).toBeVisible();
  await page.getByRole('link', { name: 'Go to first page' }).click();
  await expect(page.locator('.row-link')).toHaveCount(25);
});

test('absurd filters are named at their place and nothing breaks', async ({ page, allowed }) => {
  allowed.push(/422/);
  await page.goto('/stock?year_from=abc&price_to=-5&status=flying&kind=boat');
  await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
  const problems = page.locator('.filter-problems');
  await expect(problems).toContainText('Year from: Enter a');
  await expect(problems).toContainText('Price to: Must be between');
  await expect(problems).toContainText('Status: Choose one of: ');
  await expect(problems).toContainText('Vehicle type: Choose one of: car, motorcycle.');
  await expect(page.locator('.row-link')).toHaveCount(25);
});

test('keys walk through the list', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  await page.keyboard.press('j');
  await expect(page.locator('.row-link').first()).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.locator('.row-link').nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/stock\/[0-9a-f-]{36}/);
  await page.goBack();
  // The list listens to keys once it is there again; until then the key goes to the search of the top bar, and stays there.
  await expect(async () => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('/');
    await expect(page.locator('#stock-search')).toBeFocused({ timeout: 500 });
  }).toPass();
});

test('who cannot have shortcuts of a single key turns them off', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  const keys = page.getByRole('button', { name: 'Single-key shortcuts' });
  const press = async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('/');
  };
  await openPersonMenu(page);
  await expect(keys).toHaveAttribute('aria-pressed', 'true');
  await keys.click();
  await expect(page.locator('html')).toHaveAttribute('data-shortcuts', 'off');
  await live(page);
  await press();
  await expect(page.locator('body')).toBeFocused();
  await openPersonMenu(page);
  await expect(keys).toHaveAttribute('aria-pressed', 'false');
  await keys.click();
  await expect(page.locator('html')).toHaveAttribute('data-shortcuts', 'on');
  await live(page);
  await press();
  await expect(page.locator('#stock-search')).toBeFocused();
});

test('after steps back and forward the address still says what is shown', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  const tab = (name: string) => page.locator('.tabs').getByRole('link', { name }).click();
  const shown = (status: string) => expect(page).toHaveURL((url) => url.searchParams.get('status') === status);
  await tab('For sale');
  await shown('available');
  await tab('Reserved');
  await shown('reserved');
  await page.goBack();
  await shown('available');
  await page.goForward();
  await shown('reserved');
  await tab('For sale');
  await expect(page.locator('.tabs [aria-current]')).toContainText('For sale');
  await shown('available');
});

test('what is searched joins the filter that was just chosen, though its panel comes later', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  let answer = () => {};
  const held = new Promise<void>((go) => { answer = go; });
  await page.route('**/vehicle_totals**', async (route) => {
    await held;
    await route.continue().catch(() => {}); // nobody waits for it any more
  });
  await page.locator('.tabs').getByRole('link', { name: 'For sale' }).click();
  await expect(page).toHaveURL(/status=available/);
  await page.locator('#stock-search').pressSequentially('honda');
  await expect(page).toHaveURL((url) => url.searchParams.get('q') === 'honda');
  expect(new URL(page.url()).searchParams.get('status')).toBe('available');
  answer();
  await expect(page.locator('.row-link').first()).toContainText('Honda');
});

test('a search that was begun takes nobody back from the vehicle that was opened meanwhile', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  await page.clock.install();
  await page.locator('#stock-search').pressSequentially('ho');
  await page.locator('.row-link').first().click();
  await page.clock.runFor(1000);
  await page.waitForURL(DETAIL);
  await expect(page.locator('.standing-price')).toBeVisible();
  await page.clock.runFor(1000);
  expect(page.url()).toMatch(DETAIL);
});

test('how many were found is said aloud', async ({ page }) => {
  await page.goto('/stock');
  await live(page);
  const said = page.getByRole('status').filter({ hasText: 'asking' });
  await expect(said).toContainText('vehicles');
  await page.locator('#stock-search').fill('NVT918');
  await expect(said).toContainText(/^1 vehicle ·/);
});

test('nothing found says so and offers the way back', async ({ page }) => {
  await page.goto('/stock?q=zzzzzzzzz');
  await expect(page.getByText('No vehicles match')).toBeVisible();
  await page.getByRole('link', { name: 'Clear filters' }).first().click();
  await expect(page.locator('.row-link')).toHaveCount(25);
});

test.describe('a viewer', () => {
  test.use({ who: 'viewer' });
  test('reads and is offered nothing that the role lacks', async ({ page }) => {
    await page.goto('/stock');
    await expect(page.locator('.row-link')).toHaveCount(25);
    await expect(page.getByRole('link', { name: 'New vehicle' })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Import' })).toHaveCount(0);
    await page.locator('.row-link').first().click();
    await page.waitForURL(DETAIL);
    await expect(page.locator('.standing-price')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Edit' })).toHaveCount(0);
    await expect(page.locator('main .menu')).toHaveCount(0);
    await expect(page.locator('.standing-actions')).toHaveCount(0);
  });
});

test.describe('the owner of a private garage', () => {
  test.use({ who: 'garage' });
  test('sees their own vehicles only', async ({ page }) => {
    await page.goto('/stock');
    const rows = await page.locator('.row-link').count();
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(10);
  });
});

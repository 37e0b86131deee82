// One vehicle: added, looked at, edited, moved, deleted and brought back.
import { DETAIL, expect, firstOf, live, test } from '../fixtures/forecourt';

const unique = () => Date.now().toString(36).toUpperCase().slice(-7);

test('a vehicle is added with a proposed stock number, shown, and found', async ({ page }) => {
  const plate = unique();
  await page.goto('/stock/new');
  await live(page);
  const number = /Leave empty to use (\S+)\.$/.exec((await page.locator('#field-stock_number-help').innerText()))![1];
  await expect(page.getByLabel('Stock number')).toHaveValue('');
  await page.getByLabel('VIN', { exact: true }).fill('1hgcm82633a004353');
  await expect(page.getByText(/check digit/)).toBeVisible();
  await page.getByLabel('VIN', { exact: true }).fill('');
  await page.getByLabel('Plate', { exact: true }).fill(plate.toLowerCase());
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Model', { exact: true }).fill('Isabella');
  await page.getByLabel('Model year').fill('1959');
  await page.getByLabel('Asking price').fill('12,900.50');
  await page.getByLabel('Mileage', { exact: true }).fill('83,716');
  await page.getByRole('button', { name: 'Add to stock' }).click();
  await expect(page).toHaveURL(/\/stock\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1, name: '1959 Borgward Isabella' })).toBeVisible();
  await expect(page.locator('.standing-price')).toHaveText('$12,900.50');
  await expect(page.getByText(number, { exact: true }).first()).toBeVisible();
  await expect(page.getByText('Added to stock').first()).toBeVisible();
  await page.goto(`/stock?q=${plate}`);
  await expect(page.locator('.row-link')).toHaveCount(1);
});

test('a motorcycle has a type of its own, and a VIN that is wrong does not keep it out', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  await expect(page.getByLabel('Motorcycle type', { exact: true })).toBeHidden();
  await page.getByLabel('Vehicle type', { exact: true }).selectOption('Motorcycle');
  await expect(page.getByLabel('Body type', { exact: true })).toBeHidden();
  await page.getByLabel('Motorcycle type', { exact: true }).selectOption('Touring');
  // No check digit is a Z.
  const vin = `1HD1ABCDZ5K${String(Date.now() % 1_000_000).padStart(6, '0')}`;
  await page.getByLabel('VIN', { exact: true }).fill(vin);
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Model', { exact: true }).fill('Rolli');
  await page.getByRole('button', { name: 'Add to stock' }).click();
  await page.waitForURL(DETAIL);
  await expect(page.getByText('Touring', { exact: true })).toBeVisible();
  await expect(page.locator('dt', { hasText: /^Doors$/ })).toHaveCount(0);
  await expect(page.getByText(vin).first()).toBeVisible();
  await expect(page.getByText(/check digit/).first(), 'it is warned of, not refused').toBeVisible();
});

test('every bad field is named at its place and nothing typed is lost', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Asking price').fill('-5');
  await page.getByLabel('Mileage', { exact: true }).fill('lots');
  await page.getByLabel('Acquisition date').evaluate((input: HTMLInputElement) => { input.type = 'text'; input.value = '2026-02-30'; });
  await page.getByRole('button', { name: 'Add to stock' }).click();
  const summary = page.getByRole('alert').first();
  await expect(summary).toContainText('Model');
  await expect(page.getByText('This field is required.').first()).toBeVisible();
  await expect(page.getByText('Enter a number.').first()).toBeVisible();
  await expect(page.getByText('Enter a valid date, e.g. 2026-01-31.').first()).toBeVisible();
  await expect(page.getByLabel('Make', { exact: true })).toHaveValue('Borgward');
  await expect(page.getByLabel('Mileage', { exact: true })).toHaveValue('lots');
});

test('a plate that exists is refused at its field, naming the vehicle that has it', async ({ page, allowed }) => {
  allowed.push(/409/);
  await page.goto('/stock/new');
  await live(page);
  await page.getByLabel('Plate', { exact: true }).fill('nvt 918');
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Model', { exact: true }).fill('Isabella');
  await page.getByRole('button', { name: 'Add to stock' }).click();
  await expect(page.getByText(/Already used by .*2017 MINI Countryman/).first()).toBeVisible();
});

test('status moves with a reason where one is needed, and the history tells it', async ({ page, allowed }) => {
  allowed.push(/422/);
  await page.goto('/stock?status=available&sort=-year');
  await live(page);
  await page.locator('.row-link').first().click();
  await page.waitForURL(DETAIL);
  await page.locator('.moves > summary').click();
  await page.getByLabel('New status').selectOption('in_repair');
  await page.locator('.moves button').click();
  await expect(page.getByText('This field is required.').first()).toBeVisible();
  await page.getByLabel('Reason').fill('Gearbox makes a noise');
  await page.locator('.moves button').click();
  await expect(page.getByText('In repair').first()).toBeVisible();
  await expect(page.getByText('Gearbox makes a noise').first()).toBeVisible();
  await page.getByRole('button', { name: 'List for sale' }).click();
  await expect(page.locator('.standing .pill')).toHaveText('For sale');
  await expect(page.getByRole('status').filter({ hasText: 'Status: For sale' })).toBeVisible();
  await expect(page.locator('.vehicle-side'), 'the keyboard is where the next step is').toBeFocused();
});

test('what has been moved takes no second press until it is shown anew', async ({ page }) => {
  await page.goto('/stock?status=in_preparation&sort=year');
  await live(page);
  await page.locator('.row-link').first().click();
  await page.waitForURL(DETAIL);
  let answer = () => {};
  const held = new Promise<void>((go) => { answer = go; });
  await page.route('**/vehicle_find**', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('button', { name: 'List for sale' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Status: For sale' })).toBeVisible();
  await expect(page.locator('main > .held')).toHaveAttribute('inert');
  answer();
  await expect(page.locator('.standing .pill')).toHaveText('For sale');
  await expect(page.locator('main > .held')).not.toHaveAttribute('inert');
});

test('who steps back before all of a vehicle has come sees the vehicle of the address', async ({ page }) => {
  await page.goto('/stock?status=available&sort=price');
  await live(page);
  const heading = page.getByRole('heading', { level: 1 });
  const open = async () => {
    const row = page.locator('.row-link').first();
    const title = (await row.innerText()).split('\n')[0];
    await row.click();
    await expect(heading).toContainText(title);
    return title;
  };
  await open();
  await page.locator('.crumb a').click();
  await page.waitForURL(/\/stock$/);
  const second = await open();
  let answer = () => {};
  const held = new Promise<void>((go) => { answer = go; });
  await page.route('**/vehicle_timeline**', async (route) => {
    await held;
    await route.continue().catch(() => {}); // nobody waits for it any more
  });
  const read = page.waitForResponse('**/vehicle_find**');
  await page.evaluate(() => history.go(-2)); // no step between: the page of one vehicle becomes that of another
  await read;
  await page.evaluate(() => history.go(2));
  await page.waitForURL((url) => url.pathname !== '/stock');
  answer();
  await expect(heading).toContainText(second);
});

test('“Change price” leads into the price', async ({ page }) => {
  await page.goto('/stock?status=available&sort=-price');
  await live(page);
  await page.locator('.row-link').first().click();
  await page.waitForURL(DETAIL);
  await page.getByRole('link', { name: 'Change price' }).click();
  await page.waitForURL(/\/edit/);
  await expect(page.getByLabel('Asking price')).toBeFocused();
  await expect(page.getByLabel('Asking price')).toBeInViewport();
});

test('what has the focus does not lie under a bar', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/stock/new');
  await live(page);
  await page.getByLabel('Stock number', { exact: true }).focus();
  const covered = () =>
    page.evaluate(() => {
      const [field, bar] = [document.activeElement!, document.querySelector('.form-bar')!];
      if (bar.contains(field) || !field.closest('form')) return null;
      return field.getBoundingClientRect().bottom > bar.getBoundingClientRect().top ? field.id || field.tagName : '';
    });
  for (let field = await covered(); field !== null; field = await covered()) {
    expect(field).toBe('');
    await page.keyboard.press('Tab');
  }
});

test('a change of the asking price stands in the history', async ({ page }) => {
  await page.goto('/stock?status=available&sort=mileage');
  await live(page);
  await page.locator('.row-link').first().click();
  await page.waitForURL(DETAIL);
  await page.getByRole('link', { name: 'Edit', exact: true }).click();
  await page.waitForURL(/\/edit/);
  await page.getByLabel('Asking price').fill('9,999');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.waitForURL(DETAIL);
  await expect(page.getByText(/Asking price (lowered|changed) from .* to \$9,999/).first()).toBeVisible();
});

test('a deleted vehicle leaves the list and comes back with Undo', async ({ page }) => {
  await page.goto('/stock?sort=title');
  await live(page);
  const title = (await page.locator('.row-link').first().innerText()).trim();
  await page.locator('.row-link').first().click();
  await page.waitForURL(DETAIL);
  await page.locator('main .menu summary').filter({ hasText: 'More' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Vehicle deleted.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(title.split('\n')[0]);
});

test('leaving a form with unsaved input asks first', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await expect(page.getByText('1 unsaved change')).toBeVisible();
  let asked = '';
  page.once('dialog', (dialog) => { asked = dialog.message() || dialog.type(); void dialog.dismiss(); });
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect.poll(() => asked).not.toBe('');
  await expect(page).toHaveURL(/\/stock\/new/);
  page.once('dialog', (dialog) => void dialog.accept());
});

test('a link in a new tab is no leaving, and asks nothing', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await expect(page.getByText('1 unsaved change')).toBeVisible();
  const asked: string[] = [];
  page.on('dialog', (dialog) => { asked.push(dialog.message()); void dialog.dismiss(); });
  const opened = page.context().waitForEvent('page');
  await page.getByRole('link', { name: 'Cancel' }).click({ modifiers: ['ControlOrMeta'] });
  await (await opened).close();
  expect(asked).toEqual([]);
  await page.getByRole('link', { name: 'Cancel' }).click();
  expect(asked).toHaveLength(1);
  await expect(page).toHaveURL(/\/stock\/new/);
  await page.getByLabel('Make', { exact: true }).fill('');
});

test('another organisation’s vehicle does not exist', async ({ page, open, allowed }) => {
  allowed.push(/404/);
  const href = await firstOf(await open('garage'), '/stock');
  const answer = await page.goto(href);
  expect(answer!.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
});

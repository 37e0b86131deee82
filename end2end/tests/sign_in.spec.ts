// Signing in and out through the real identity provider.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, firstOf, giveCredentials, live, openPersonMenu, people, signIn, test } from '../fixtures/forecourt';

test.use({ who: null });

test('a person signs in, lands where they wanted to go, and signs out', async ({ page }) => {
  await signIn(page, 'manager', '/stock?status=available');
  await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
  expect(page.url()).toContain('status=available');
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name === 'forecourt');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  expect(session!.value.length, 'an opaque id, no token').toBeLessThan(64);

  await openPersonMenu(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/stock');
  await expect(page.locator('input[name="password"]')).toBeVisible();
});

test('a wrong password is refused without telling whether the account exists, and the e-mail stays', async ({ page, allowed }) => {
  allowed.push(/401|422|429/);
  const said: string[] = [];
  for (const email of [people.viewer, 'nobody@northside.example']) {
    await page.goto('/stock');
    await page.locator('input[name="email"]').fill(email);
    await page.locator('input[name="password"]').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    said.push(await page.getByRole('alert').innerText());
    await expect(page.locator('input[name="email"]')).toHaveValue(email);
    await expect(page.locator('input[name="password"]')).toHaveValue('');
  }
  expect(said[0]).toBe(said[1]);
});

test('the sign-in page is accessible and speaks Spanish', async ({ open }) => {
  const page = await open(null, { locale: 'es-CO' });
  await page.goto('/stock');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(page.getByRole('button', { name: 'Iniciar sesión' })).toBeVisible();
  await expectAccessible(page);
});

test('who is signed in already comes back without typing a password', async ({ page }) => {
  await signIn(page, 'sales');
  await page.context().clearCookies({ name: 'forecourt' });
  await page.goto('/stock');
  await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
});

test('the question whether to sign out is accessible, and staying keeps the session', async ({ page }) => {
  await signIn(page, 'viewer');
  await page.goto('/issuer/logout');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign out of Forecourt?' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Stay signed in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
  await page.goto('/issuer/logout');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'You are signed out' })).toBeVisible();
  await expectAccessible(page);
});

test('a session that ends while a vehicle is added gives the form back, filled, after sign-in', async ({ page, allowed }) => {
  allowed.push(/401/);
  await signIn(page, 'manager', '/stock/new');
  await live(page);
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Model', { exact: true }).fill('Isabella');
  await page.context().clearCookies();
  await page.getByLabel('Asking price').fill('12,900');
  await page.getByRole('button', { name: 'Add to stock' }).click();
  await giveCredentials(page, 'manager');
  await page.waitForURL(/\/stock\/new/);
  await expect(page.getByLabel('Make', { exact: true })).toHaveValue('Borgward');
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('Isabella');
  await expect(page.getByLabel('Asking price')).toHaveValue('12,900');
});

test('a session that ends on the edit form gives the form back, filled, after sign-in', async ({ page, allowed }) => {
  allowed.push(/401/);
  await signIn(page, 'manager');
  const href = await firstOf(page, '/stock?sort=year');
  await page.goto(`${href}/edit`);
  await live(page);
  await page.getByLabel('Notes').fill('Typed before the session ended');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Save changes' }).click();
  await giveCredentials(page, 'manager');
  await page.waitForURL(/\/edit/);
  await expect(page.getByLabel('Notes')).toHaveValue('Typed before the session ended');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.locator('.vehicle-notes')).toHaveText('Typed before the session ended');
});

/** The WASM calls the server function, and is told that nobody is signed in. */
const refused = (page: Page, call: string) => page.waitForResponse((answer) => answer.url().endsWith(call) && answer.status() === 401);

test('a session that ends over the reason of a move gives both back after sign-in', async ({ page, allowed }) => {
  allowed.push(/401/);
  await signIn(page, 'manager');
  await page.goto(await firstOf(page, '/stock?status=available&sort=-mileage'));
  await live(page);
  await page.waitForLoadState('networkidle');
  await page.locator('.moves > summary').click();
  await page.getByLabel('New status').selectOption('in_repair');
  await page.getByLabel('Reason').fill('Clutch slips');
  await page.context().clearCookies();
  const told = refused(page, '/vehicle_change_status');
  await page.locator('.moves button').click();
  await told;
  await giveCredentials(page, 'manager');
  await page.waitForURL(/\/stock\/[0-9a-f-]{36}\?form=/);
  await expect(page.getByLabel('New status')).toHaveValue('in_repair');
  await expect(page.getByLabel('Reason')).toHaveValue('Clutch slips');
  await page.locator('.moves button').click();
  await expect(page.locator('.standing .pill')).toHaveText('In repair');
  await expect(page.getByText('Clutch slips').first()).toBeVisible();
});

test('a session that ends over an entry of the catalogue gives the form back, filled, after sign-in', async ({ page, allowed }) => {
  allowed.push(/401/);
  const name = `Borgward ${Date.now().toString(36)}`;
  await signIn(page, 'manager', '/catalogue/entries/new?level=make');
  await live(page);
  await page.waitForLoadState('networkidle');
  await page.locator('#field-name').fill(name);
  await page.context().clearCookies();
  const told = refused(page, '/catalogue_create');
  await page.getByRole('button', { name: 'Save' }).click();
  await told;
  await giveCredentials(page, 'manager');
  await page.waitForURL(/\/catalogue\/entries\/new\?level=make&form=/);
  await expect(page.locator('#field-name')).toHaveValue(name);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved in the catalogue.')).toBeVisible();
});

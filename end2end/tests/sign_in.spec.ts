// Signing in and out through the real identity provider.
import { expect, expectAccessible, live, people, signIn, watchConsole, PASSWORD } from '../fixtures/forecourt';
import { test } from '@playwright/test';

test('a person signs in, lands where they wanted to go, and signs out', async ({ page, context }) => {
  const complaints = watchConsole(page);
  await signIn(page, 'manager', '/stock?status=available');
  await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
  expect(page.url()).toContain('status=available');
  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name === 'forecourt');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  expect(session!.value.length, 'an opaque id, no token').toBeLessThan(64);

  await page.locator('.top .menu summary, .top [popovertarget]').last().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/stock');
  await expect(page.locator('input[name="password"]')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('a wrong password is refused without telling whether the account exists, and the e-mail stays', async ({ page }) => {
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

test('the sign-in page is accessible and speaks Spanish', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'es-CO' });
  const page = await context.newPage();
  await page.goto('/stock');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(page.getByRole('button', { name: 'Iniciar sesión' })).toBeVisible();
  await expectAccessible(page);
  await context.close();
});

test('who is signed in already comes back without typing a password', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, 'sales');
  await context.clearCookies({ name: 'forecourt' });
  await page.goto('/stock');
  await expect(page.getByRole('heading', { level: 1, name: 'Stock' })).toBeVisible();
  await context.close();
});

test('a session that ends while a form is open gives the form back, filled, after sign-in', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, 'manager', '/stock/new');
  await live(page);
  await page.getByLabel('Make', { exact: true }).fill('Borgward');
  await page.getByLabel('Model', { exact: true }).fill('Isabella');
  await page.getByLabel('Asking price').fill('not a price yet, 12,9');
  await context.clearCookies();
  await page.getByLabel('Asking price').fill('12,900');
  await page.getByRole('button', { name: 'Add to the stock' }).click();
  await page.locator('input[name="email"]').fill(people.manager);
  await page.locator('input[name="password"]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/stock\/new/);
  await expect(page.getByLabel('Make', { exact: true })).toHaveValue('Borgward');
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('Isabella');
  await expect(page.getByLabel('Asking price')).toHaveValue('12,900');
  await context.close();
});

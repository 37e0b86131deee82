// Two people edit one vehicle: the second sees what changed, and nothing of either is lost.
import { contextOf, expect, live, test, watchConsole } from '../fixtures/forecourt';

test('two people who change different fields both keep their change; the same field asks', async ({ browser }) => {
  const [first, second] = await Promise.all([contextOf(browser, 'manager'), contextOf(browser, 'sales')]);
  const [ours, theirs] = [await first.newPage(), await second.newPage()];
  const complaints = watchConsole(ours, [/409/]);
  await ours.goto('/stock?sort=days_in_stock&direction=ascending');
  const href = await ours.locator('.row-link').first().getAttribute('href');
  await ours.goto(`${href}/edit`);
  await theirs.goto(`${href}/edit`);
  await Promise.all([live(ours), live(theirs)]);

  await theirs.getByLabel('Colour inside').fill('Cognac');
  await theirs.getByLabel('Asking price').fill('11,111');
  await theirs.getByRole('button', { name: 'Save changes' }).click();
  await theirs.waitForURL(/\/stock\/[0-9a-f-]{36}(\?|$)/);

  await ours.getByLabel('Keys').fill('3');
  await ours.getByLabel('Asking price').fill('12,222');
  await ours.getByRole('button', { name: 'Save changes' }).click();
  await expect(ours.getByText('Somebody else saved this vehicle while you were editing')).toBeVisible();
  await expect(ours.getByText('Cognac').first()).toBeVisible();
  await expect(ours.getByText('11,111').first()).toBeVisible();
  await expect(ours.getByLabel('Keys')).toHaveValue('3');
  await ours.getByRole('radio', { name: /Keep mine/ }).or(ours.getByRole('button', { name: /Keep mine/ })).first().click();
  await ours.getByRole('button', { name: 'Save changes' }).click();
  await ours.waitForURL(/\/stock\/[0-9a-f-]{36}(\?|$)/);
  await expect(ours.getByText('Cognac').first()).toBeVisible();
  await expect(ours.getByText('$12,222').first()).toBeVisible();
  expect(complaints).toEqual([]);
  await first.close();
  await second.close();
});

// Two people edit one vehicle: the second sees what changed, and nothing of either is lost.
import { DETAIL, expect, expectAccessible, firstOf, live, test } from '../fixtures/forecourt';

test('two people who change different fields both keep their change; the same field asks', async ({ open, allowed }) => {
  allowed.push(/409/);
  const [ours, theirs] = [await open('manager'), await open('sales')];
  const href = await firstOf(ours, '/stock?sort=days_in_stock');
  await ours.goto(`${href}/edit`);
  await theirs.goto(`${href}/edit`);
  await Promise.all([live(ours), live(theirs)]);

  await theirs.getByLabel('Interior color').fill('Cognac');
  await theirs.getByLabel('Asking price').fill('11,111');
  await theirs.getByRole('button', { name: 'Save changes' }).click();
  await theirs.waitForURL(DETAIL);

  await ours.getByLabel('Number of keys').fill('3');
  await ours.getByLabel('Asking price').fill('12,222');
  await ours.getByRole('button', { name: 'Save changes' }).click();
  const notice = ours.getByRole('alert').filter({ hasText: 'Somebody else saved this vehicle while you were editing' });
  await expect(notice).toContainText('Cognac');
  await expect(notice).toContainText('11,111');
  await expectAccessible(ours);
  await expect(ours.getByLabel('Number of keys')).toHaveValue('3');
  await ours.getByRole('button', { name: 'Use saved version' }).click();
  await expect(ours.getByLabel('Asking price')).toHaveValue('11,111');
  await ours.getByLabel('Asking price').fill('13,333');
  await ours.getByRole('button', { name: 'Use saved version' }).click();
  await expect(ours.getByLabel('Asking price')).toHaveValue('11,111');
  await expect(ours.getByText('1 unsaved change')).toBeVisible();
  await ours.getByRole('button', { name: 'Keep mine' }).click();
  await expect(ours.getByLabel('Asking price')).toHaveValue('12,222');
  await expect(ours.getByText('2 unsaved changes')).toBeVisible();
  await ours.getByRole('button', { name: 'Save changes' }).click();
  await ours.waitForURL(DETAIL);
  await expect(ours.getByText('Cognac').first()).toBeVisible();
  await expect(ours.locator('.standing-price')).toHaveText('$12,222');
});

// The catalogue: browse, add, correct, hide and undo; what it offers to the form of a vehicle; without JavaScript, on a phone, in Spanish.
import { type Page } from '@playwright/test';
import { expect, expectAccessible, firstOf, live, openPersonMenu, test } from '../fixtures/forecourt';

const at = (page: Page, field: string) => page.locator(`#field-${field}`);
const column = (page: Page, name: string) => page.locator('.catalogue-column', { has: page.getByRole('heading', { level: 2, name, exact: true }) });
const choice = (page: Page, level: string, name: string) => column(page, level).getByRole('link', { name, exact: true });
// Entries stay in the database of the run: names of their own for each.
const own = (name: string) => `${name} ${Date.now().toString(36)}`;

async function browse(page: Page) {
  await page.goto('/catalogue?year=2019&kind=car');
  await live(page);
  await column(page, 'Makes').getByRole('searchbox').fill('hon');
  await choice(page, 'Makes', 'Honda').click();
  await expect(page).toHaveURL(/make=Honda/);
  await choice(page, 'Models', 'Civic').click();
  await expect(page).toHaveURL(/model=Civic/);
}

test('one browses from the year to the engine, narrowing while one types', async ({ page }) => {
  await browse(page);
  await expect(choice(page, 'Trims', 'EX-T')).toBeVisible();
  await choice(page, 'Trims', 'EX-T').click();
  await expect(page).toHaveURL(/line=EX-T/);
  await expect(column(page, 'Engines').getByText('L15B7')).toBeVisible();
  await expect(column(page, 'Engines').getByText(/1\.5 L · 4 cyl\. · Gasoline/)).toBeVisible();
  await expect(choice(page, 'Makes', 'Honda')).toHaveAttribute('aria-current', 'true');
  await expectAccessible(page);
  await page.getByLabel('Model year').selectOption('1999');
  await expect(page).toHaveURL(/year=1999.*make=Honda/);
  await page.goBack();
  await expect(page.getByLabel('Model year')).toHaveValue('2019');
});

test('one types on and chooses on while the next level is still to come', async ({ page }) => {
  await browse(page);
  await expect(choice(page, 'Models', 'Accord')).toBeVisible();
  let answer = () => {};
  const held = new Promise<void>((go) => { answer = go; });
  await page.route('**/catalogue_models**', async (route) => {
    await held;
    await route.continue().catch(() => {}); // nobody waits for it any more
  });
  const makes = column(page, 'Makes').getByRole('searchbox');
  await makes.fill('maz');
  await choice(page, 'Makes', 'Mazda').click();
  await expect(page).toHaveURL(/make=Mazda/);
  await column(page, 'Models').getByRole('searchbox').fill('acc');
  await makes.fill('hon');
  await choice(page, 'Makes', 'Honda').click();
  await expect(page).toHaveURL(/make=Honda/);
  answer();
  await expect(choice(page, 'Models', 'Accord')).toBeVisible();
});

test('what stands in the stock comes first and leads to its vehicles', async ({ page }) => {
  await page.goto('/catalogue');
  await live(page);
  const count = column(page, 'Makes').locator('.catalogue-count').first();
  const number = await count.innerText();
  await count.click();
  await expect(page).toHaveURL(/\/stock\?make=/);
  await expect(page.locator('.page-sub')).toContainText(`${number} vehicle`);
});

test('a make is added, changed and removed, and the change log tells it', async ({ page, allowed }) => {
  allowed.push(/422/);
  const [name, other] = [own('Chery'), own('Cherry')];
  await page.goto('/catalogue');
  await live(page);
  await page.getByRole('link', { name: 'Add make' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Add entry' })).toBeVisible();
  await live(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Name');
  await at(page, 'name').fill(name);
  await at(page, 'first_year').fill('2010');
  await at(page, 'last_year').fill('2009');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#field-last_year-problem')).toContainText('2010');
  await expect(at(page, 'name')).toHaveValue(name);
  await expectAccessible(page);
  await at(page, 'last_year').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/catalogue\?saved=/);
  await expect(page.getByText('Saved in the catalogue.')).toBeVisible();
  await live(page);
  await column(page, 'Makes').getByRole('searchbox').fill(name);
  const row = column(page, 'Makes').locator('li', { hasText: name });
  await expect(row.locator('.tag')).toHaveText('own');
  await row.getByRole('link', { name }).click();
  await page.getByRole('link', { name: `Edit ${name}` }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await live(page);
  await at(page, 'name').fill(other);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved in the catalogue.')).toBeVisible();
  await page.getByRole('link', { name: 'Change log' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Change log' })).toBeVisible();
  await expect(page.getByText(`Changed: ${other}`)).toBeVisible();
  await expect(page.locator('del', { hasText: name }).first()).toBeVisible();
  await expectAccessible(page);
  await page.goto(`/catalogue?make=${encodeURIComponent(other)}`);
  await live(page);
  await column(page, 'Makes').getByRole('button', { name: /^Remove/ }).click();
  await expect(page.getByText('The entry was removed.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Saved in the catalogue.')).toBeVisible();
});

test('a name of vPIC is corrected, found by both names, and set right again', async ({ page }) => {
  const name = own('Accord');
  await page.goto('/catalogue?year=2019&kind=motorcycle&make=Yamaha');
  await live(page);
  const first = column(page, 'Models').locator('.catalogue-choice').first();
  const before = (await first.locator('span').first().innerText()).trim();
  await first.click();
  await page.getByRole('link', { name: `Correct ${before}` }).click();
  await live(page);
  await expect(at(page, 'corrects')).toHaveValue(before);
  await at(page, 'name').fill(name);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved in the catalogue.')).toBeVisible();
  const row = column(page, 'Models').locator('li', { hasText: name });
  await expect(row.locator('.tag')).toHaveText('corrected');
  await expect(row).toHaveClass(/chosen/);
  await row.getByRole('button', { name: 'Undo correction' }).click();
  await expect(page.getByText('The entry was removed.')).toBeVisible();
  await expect(choice(page, 'Models', before)).toBeVisible();
});

test('a name is hidden and comes back by undo', async ({ page }) => {
  await page.goto('/catalogue?year=2019&kind=motorcycle&make=Kawasaki');
  await live(page);
  const last = column(page, 'Models').locator('.catalogue-choice').last();
  const name = (await last.locator('span').first().innerText()).trim();
  await last.click();
  await column(page, 'Models').getByRole('button', { name: `Hide ${name}` }).click();
  await expect(page.getByText('It is not offered any more.', { exact: false })).toBeVisible();
  await expect(choice(page, 'Models', name)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(choice(page, 'Models', name)).toBeVisible();
});

test('what is hidden is found among the own entries, and brought back', async ({ page }) => {
  await page.goto('/catalogue?year=2019&kind=motorcycle&make=Suzuki');
  await live(page);
  const last = column(page, 'Models').locator('.catalogue-choice').last();
  const name = (await last.locator('span').first().innerText()).trim();
  await last.click();
  await column(page, 'Models').getByRole('button', { name: `Hide ${name}` }).click();
  await expect(choice(page, 'Models', name)).toHaveCount(0);
  await page.getByRole('link', { name: 'Own entries' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Own entries' })).toBeVisible();
  await live(page);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Models' }).click();
  await expect(page).toHaveURL(/level=model/);
  await page.getByRole('link', { name: 'Add entry' }).click();
  await expect(page).toHaveURL(/\/entries\/new\?level=model&back=/);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/catalogue\/entries\?level=model$/);
  const row = page.getByRole('row').filter({ hasText: `Suzuki ${name}` });
  await expect(row.locator('.tag')).toHaveText('hidden');
  await expectAccessible(page);
  await row.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: `Suzuki ${name}` })).toBeVisible();
  await live(page);
  await page.locator('main .menu summary').filter({ hasText: 'More' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page).toHaveURL(/\/catalogue\/entries\?level=model&removed=/);
  await expect(page.getByText('The entry was removed.')).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('the form of a vehicle is offered makes, models and trims, and free text stays', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  await at(page, 'make').focus();
  await expect(page.locator('#field-make-offers option').first()).toBeAttached();
  await at(page, 'make').pressSequentially('hond');
  await expect(page.locator('#field-make-offers option[value="Honda"]')).toBeAttached();
  await at(page, 'make').fill('Honda');
  await at(page, 'model_year').fill('2019');
  await at(page, 'model').focus();
  await expect(page.locator('#field-model-offers option[value="Civic"]')).toBeAttached();
  await at(page, 'model').fill('Civic');
  await at(page, 'line').focus();
  await expect(page.locator('#field-line-offers option[value="EX-T"]')).toBeAttached();
  await at(page, 'line').fill('My own');
  await at(page, 'make').fill('Grandpa');
  await page.getByRole('button', { name: 'Add to stock' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /Grandpa Civic My own/ })).toBeVisible();
});

test('an engine fills what is empty and what it filled before, and nothing that was typed', async ({ page }) => {
  await page.goto('/stock/new');
  await live(page);
  await at(page, 'model_year').fill('2019');
  await at(page, 'make').fill('Honda');
  await at(page, 'model').fill('Civic');
  await at(page, 'power').fill('99');
  const engine = page.getByLabel('Engine from the catalogue');
  await expect(engine).toBeVisible();
  const options = engine.locator('option');
  await expect(options.nth(2)).toBeAttached();
  const label = (text: RegExp) => options.filter({ hasText: text }).first();
  await engine.selectOption({ label: (await label(/1\.5 L.*174/).innerText()) });
  await expect(at(page, 'displacement_cc')).toHaveValue('1,496');
  await expect(at(page, 'fuel_type')).toHaveValue('gasoline');
  await expect(at(page, 'power')).toHaveValue('99');
  await expect(page.getByText('from catalogue').first()).toBeVisible();
  await expectAccessible(page);
  await engine.selectOption({ label: (await label(/2 L|2\.0 L/).innerText()) });
  await expect(at(page, 'displacement_cc')).toHaveValue(/^1,99\d|^2,0/);
  await expect(at(page, 'power')).toHaveValue('99');
});

test("a vehicle's make and model lead to the catalogue", async ({ page }) => {
  await page.goto(await firstOf(page, '/stock?make=Mazda'));
  await live(page);
  await page.getByRole('main').locator('dd a.link').first().click();
  await expect(page).toHaveURL(/\/catalogue\?.*make=Mazda/);
  await expect(choice(page, 'Makes', 'Mazda')).toHaveAttribute('aria-current', 'true');
});

test('who may not write is offered nothing to write with', async ({ open, allowed }) => {
  allowed.push(/403/);
  const page = await open('viewer');
  await page.goto('/catalogue?make=Honda');
  await live(page);
  await expect(choice(page, 'Models', 'Civic')).toBeVisible();
  await expect(page.getByRole('link', { name: /Add|Correct/ })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Hide/ })).toHaveCount(0);
  const answer = await page.goto('/catalogue/entries/new');
  expect(answer!.status()).toBe(403);
});

test('the catalogue is in Spanish for those who read it', async ({ open }) => {
  const page = await open('sales');
  await page.goto('/catalogue?year=2019&make=Honda&model=Civic');
  await live(page);
  await openPersonMenu(page);
  await page.getByRole('button', { name: 'Español' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(page.getByRole('heading', { level: 1, name: 'Catálogo' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'Motores' })).toBeVisible();
  await expect(page.getByText(/1,5 L · 4 cil\. · Gasolina/).first()).toBeVisible();
  await live(page);
  await openPersonMenu(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('one level stands after another, and the trail leads back', async ({ page }) => {
    await page.goto('/catalogue?year=2019');
    await live(page);
    await expect(column(page, 'Models')).toBeHidden();
    await column(page, 'Makes').getByRole('searchbox').fill('hon');
    await choice(page, 'Makes', 'Honda').click();
    await expect(column(page, 'Makes')).toBeHidden();
    await choice(page, 'Models', 'Civic').click();
    await expect(column(page, 'Engines')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.getByRole('link', { name: 'Remove filter: Civic' }).click();
    await expect(column(page, 'Models')).toBeVisible();
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('links and forms carry the page, and an entry is added, kept and removed', async ({ page }) => {
    const name = own('Geely');
    await page.goto('/catalogue');
    await page.getByLabel('Model year').selectOption('2019');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(page).toHaveURL(/year=2019/);
    await column(page, 'Makes').getByRole('searchbox').fill('hon');
    await column(page, 'Makes').getByRole('searchbox').press('Enter');
    await expect(page).toHaveURL(/in=make.*find=hon/);
    await choice(page, 'Makes', 'Honda').click();
    await choice(page, 'Models', 'Civic').click();
    await expect(column(page, 'Engines').getByText('L15B7').first()).toBeVisible();
    await page.goto('/catalogue/entries/new?level=make');
    await at(page, 'name').fill(name);
    await at(page, 'first_year').fill('1600');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page).toHaveURL(/form=/);
    await expect(at(page, 'name')).toHaveValue(name);
    await expect(page.locator('#field-first_year-problem')).not.toBeEmpty();
    await at(page, 'first_year').fill('2016');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved in the catalogue.')).toBeVisible();
    await page.goto(`/catalogue?make=${encodeURIComponent(name)}`);
    await column(page, 'Makes').getByRole('button', { name: /^Remove/ }).click();
    await expect(page.getByText('The entry was removed.')).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('Saved in the catalogue.')).toBeVisible();
  });
});

// Scanning a VIN: with a camera that shows a door label, from photos, and where there is no camera to look through.
import type { BrowserContext, Page } from '@playwright/test';
import { expect, expectAccessible, live, openPersonMenu, test } from '../fixtures/forecourt';
import { film, label, png, upright } from '../fixtures/bar_codes';
import { chromium } from '../playwright.config';

const ACCORD = '1HGCM82633A004352';
const OTHER = '1M8GDM9AXKP042788';

// Chromium's camera plays a film: the label of an Accord, with the I that many makers put before the VIN.
test.use({
  launchOptions: {
    ...chromium,
    args: [...chromium.args, '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film('accord', label(`I${ACCORD}`))}`],
  },
});

const at = (page: Page, field: string) => page.locator(`#field-${field}`);
const vin = (page: Page) => page.getByRole('main').getByLabel('VIN', { exact: true });
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Scan the VIN' });

/** The person says yes to the camera; what it is asked for is kept, to see that it is turned off. */
async function withCamera(context: BrowserContext) {
  await context.grantPermissions(['camera']);
  await context.addInitScript(() => {
    const tracks: MediaStreamTrack[] = [];
    Object.assign(window, { tracks, trembled: 0 });
    // A page that is still empty has no camera.
    if (!navigator.mediaDevices) return;
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      tracks.push(...stream.getTracks());
      return stream;
    };
    navigator.vibrate = () => ((window as unknown as { trembled: number }).trembled++, true);
  });
}
const cameras = (page: Page) => page.evaluate(() => (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map((track) => track.readyState));

/** The camera shows nothing that could be read. */
const blind = (context: BrowserContext) =>
  context.addInitScript(() => {
    CanvasRenderingContext2D.prototype.drawImage = () => undefined;
  });

async function openScanner(page: Page, path = '/stock/new') {
  await page.goto(path);
  await live(page);
  await page.getByRole('button', { name: 'Scan', exact: true }).click();
  await expect(dialog(page)).toBeVisible();
}

async function choosePhoto(page: Page, buffer: Buffer, name = 'plate.png') {
  const chooser = page.waitForEvent('filechooser');
  await dialog(page).getByRole('button', { name: 'Use a photo' }).click();
  await (await chooser).setFiles({ name, mimeType: 'image/png', buffer });
}

test('the camera reads the label, the form fills itself in, and the camera is off', async ({ page }) => {
  await withCamera(page.context());
  await openScanner(page);
  await expect(dialog(page)).toBeHidden({ timeout: 30_000 });
  await expect(vin(page)).toHaveValue(ACCORD);
  await expect(at(page, 'model')).toHaveValue('Accord');
  await expect(page.getByText('VIN decoded: 2003 Honda Accord', { exact: false })).toBeVisible();
  await expect(page).toHaveURL(/\/stock\/new$/);
  expect(await cameras(page)).toEqual(['ended']);
  expect(await page.evaluate(() => (window as unknown as { trembled: number }).trembled)).toBe(1);
  await expect(page.getByRole('button', { name: 'Scan', exact: true })).toBeFocused();
});

test('on the decode page a scan asks what the VIN is', async ({ page }) => {
  await withCamera(page.context());
  await openScanner(page, '/vin');
  await expect(page).toHaveURL(new RegExp(`/vin\\?vin=${ACCORD}`), { timeout: 30_000 });
  await expect(page.getByRole('heading', { level: 2, name: /2003 Honda Accord/ })).toBeVisible();
});

test('the camera is off as soon as the dialog is closed, the tab hidden or the page left', async ({ page }) => {
  await withCamera(page.context());
  await blind(page.context());
  await openScanner(page);
  await expect(dialog(page).getByText('Point at the VIN', { exact: false })).toBeVisible();
  await expect(dialog(page).locator('video')).toHaveJSProperty('paused', false);
  expect(await cameras(page)).toEqual(['live']);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  expect(await cameras(page)).toEqual(['ended']);
  await expect(page.getByRole('button', { name: 'Scan', exact: true })).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(dialog(page).getByText('Point at the VIN', { exact: false })).toBeVisible();
  const hide = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, hidden);
  await hide(true);
  expect(await cameras(page)).toEqual(['ended', 'ended']);
  await hide(false);
  await expect(dialog(page).getByText('Point at the VIN', { exact: false })).toBeVisible();
  expect(await cameras(page)).toEqual(['ended', 'ended', 'live']);
  await dialog(page).getByRole('button', { name: 'Close' }).click();
  await expect(dialog(page)).toBeHidden();
  expect(await cameras(page)).toEqual(['ended', 'ended', 'ended']);

  await page.goto('/stock');
  await live(page);
  await page.locator('a[href="/stock/new"]:visible').first().click();
  await page.getByRole('button', { name: 'Scan', exact: true }).click();
  await expect(dialog(page).getByText('Point at the VIN', { exact: false })).toBeVisible();
  await page.goBack();
  await expect(dialog(page)).toHaveCount(0);
  expect(await cameras(page)).toEqual(['ended']);
});

test('a photo is searched, however it lies, without a byte of it leaving the device', async ({ page }) => {
  await page.context().grantPermissions([]);
  await openScanner(page);
  const posted: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && (request.postDataBuffer()?.length ?? 0) > 2000) posted.push(request.url());
  });
  await choosePhoto(page, png(upright(label(OTHER, 1600, 1200))));
  await expect(dialog(page)).toBeHidden({ timeout: 30_000 });
  await expect(vin(page)).toHaveValue(OTHER);
  expect(posted).toEqual([]);
});

test('a photo without a code is shown enlarged, and its VIN typed off', async ({ page }) => {
  await page.context().grantPermissions([]);
  await openScanner(page);
  await choosePhoto(page, png(label(null, 1600, 1200)));
  await expect(dialog(page).getByText('No code with a VIN in this photo')).toBeVisible({ timeout: 60_000 });
  const photo = dialog(page).getByRole('region', { name: 'Photo of the VIN' });
  await expect(photo).toHaveAttribute('data-zoom', '2');
  await dialog(page).getByRole('button', { name: 'Larger' }).click();
  await expect(photo).toHaveAttribute('data-zoom', '3');
  await expectAccessible(page);
  const typed = dialog(page).getByLabel('VIN', { exact: true });
  await typed.fill('1hgci82633a004352');
  await expect(dialog(page).getByText('Position 5: I is never used; did you mean 1?')).toBeVisible();
  await typed.fill(ACCORD.toLowerCase());
  await typed.press('Enter');
  await expect(dialog(page)).toBeHidden();
  await expect(vin(page)).toHaveValue(ACCORD);
  await expect(at(page, 'model')).toHaveValue('Accord');
  await expect(page).toHaveURL(/\/stock\/new$/);
});

test('a file that is no photo is named as that', async ({ page }) => {
  await page.context().grantPermissions([]);
  await openScanner(page);
  await choosePhoto(page, Buffer.from('no photo'), 'plate.heic');
  await expect(dialog(page).getByText('This file could not be opened')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Use the camera' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('The camera is blocked');
});

test('a camera that is refused is explained, and the photo is still there', async ({ page }) => {
  await page.context().grantPermissions([]);
  await openScanner(page);
  await expect(dialog(page).getByRole('alert')).toContainText('The camera is blocked');
  await expectAccessible(page);
  await page.context().grantPermissions(['camera']);
  await dialog(page).getByRole('button', { name: 'Try again' }).click();
  await expect(dialog(page)).toBeHidden({ timeout: 30_000 });
  await expect(vin(page)).toHaveValue(ACCORD);
});

test('no camera, a busy one and an insecure address are told apart', async ({ page }) => {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('', (window as unknown as { trouble?: string }).trouble ?? 'NotFoundError');
    };
  });
  await openScanner(page);
  await expect(dialog(page).getByRole('alert')).toContainText('No camera found');
  await page.evaluate(() => Object.assign(window, { trouble: 'NotReadableError' }));
  await dialog(page).getByRole('button', { name: 'Try again' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('The camera is in use');
  await page.evaluate(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined }));
  await dialog(page).getByRole('button', { name: 'Try again' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('The camera needs a secure connection');
  await expect(dialog(page).getByRole('button', { name: 'Try again' })).toHaveCount(0);
});

test("the browser's own reader is used where there is one, and ours is not even fetched", async ({ page }) => {
  await withCamera(page.context());
  await page.addInitScript((vin) => {
    Object.assign(window, {
      BarcodeDetector: class {
        static async getSupportedFormats() {
          return ['code_39', 'code_128', 'data_matrix', 'qr_code'];
        }
        detect = async () => [{ rawValue: 'https://example.com/parts/42' }, { rawValue: `VIN:${vin}` }];
      },
    });
  }, OTHER);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await openScanner(page);
  await expect(dialog(page)).toBeHidden();
  await expect(vin(page)).toHaveValue(OTHER);
  expect(fetched.filter((url) => url.includes('/barcode/'))).toEqual([]);
});

for (const missing of ['worker.js', 'barcode_worker_bg.wasm']) {
  test(`without a connection the reader does not come (${missing}); the dialog says so, and trying again works`, async ({ page, allowed }) => {
    allowed.push(/Failed to (load resource|fetch)/);
    await withCamera(page.context());
    await page.route(`/barcode/${missing}`, (route) => route.abort());
    await openScanner(page);
    await expect(dialog(page).getByRole('alert')).toContainText('The scanner could not be loaded');
    expect(await cameras(page)).toEqual(['ended']);
    await page.unroute(`/barcode/${missing}`);
    await dialog(page).getByRole('button', { name: 'Try again' }).click();
    await expect(dialog(page)).toBeHidden({ timeout: 30_000 });
    await expect(vin(page)).toHaveValue(ACCORD);
  });
}

test('a reader that crashes on a picture takes nothing with it', async ({ page, allowed }) => {
  allowed.push(/unreadable/);
  await page.context().grantPermissions([]);
  const body = 'onmessage = () => { throw new Error("unreadable") }; postMessage(true);';
  await page.route('/barcode/worker.js', (route) => route.fulfill({ contentType: 'text/javascript', body }));
  await openScanner(page);
  await choosePhoto(page, png(label(OTHER, 1600, 1200)));
  await expect(dialog(page).getByText('No code with a VIN in this photo')).toBeVisible();
  await dialog(page).getByLabel('VIN', { exact: true }).fill(OTHER);
  await dialog(page).getByLabel('VIN', { exact: true }).press('Enter');
  await expect(vin(page)).toHaveValue(OTHER);
});

test('our reader runs in a worker, which starts when there is something to read', async ({ page }) => {
  const workers: string[] = [];
  page.on('worker', (worker) => workers.push(new URL(worker.url()).pathname));
  await page.context().grantPermissions([]);
  await openScanner(page);
  await expect(dialog(page).getByRole('alert')).toContainText('The camera is blocked');
  expect(workers).toEqual([]);
  await choosePhoto(page, png(label(OTHER, 1600, 1200)));
  await expect(vin(page)).toHaveValue(OTHER);
  expect(workers).toEqual(['/barcode/worker.js']);
});

test('the dialog is accessible and in the language of the page', async ({ open }) => {
  const page = await open('sales', { viewport: { width: 390, height: 844 } });
  await withCamera(page.context());
  await blind(page.context());
  await openScanner(page);
  await expect(dialog(page).getByText('Point at the VIN', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await openPersonMenu(page);
  await page.getByRole('button', { name: 'Español' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await page.getByRole('button', { name: 'Escanear', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Escanear el VIN' })).toContainText('Apunte al código');
  await page.keyboard.press('Escape');
  await openPersonMenu(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('nothing offers to scan', async ({ page }) => {
    await page.goto('/stock/new');
    await expect(page.getByLabel('VIN', { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Scan', exact: true })).toHaveCount(0);
  });
});

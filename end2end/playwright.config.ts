// One real Chromium against one real server with the demo data; see scripts/browser.
import { defineConfig, devices } from '@playwright/test';

export const chromium = {
  executablePath: process.env.FORECOURT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
};
const desk = { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 }, launchOptions: chromium };

export default defineConfig({
  testDir: '.',
  globalSetup: './fixtures/ready.ts',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 1,
  // A second try on a busy machine; the report names what needed it as flaky.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    baseURL: process.env.FORECOURT_PUBLIC_URL ?? 'http://localhost:3000',
    trace: 'on-first-retry',
    locale: 'en-US',
    timezoneId: 'America/Bogota',
  },
  projects: [
    ...(process.env.PLAYWRIGHT_PROJECT === 'screenshots'
      ? [{ name: 'screenshots', testDir: 'screenshot', use: desk }]
      : [{ name: 'test', testDir: 'tests', use: desk }]),
  ],
});

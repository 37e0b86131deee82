// Real Chromium against real servers with the demo data, one for each worker; see scripts/browser.
import { defineConfig, devices } from '@playwright/test';
import { furtherServers } from './fixtures/servers';

const workers = Number(process.env.PLAYWRIGHT_WORKERS ?? 1);

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
  workers,
  webServer: furtherServers(workers),
  // A second try on a busy machine; the report names what needed it as flaky.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    trace: 'on-first-retry',
    // What moves is waited for, sometimes in vain: Chromium may draw no further frame of a page without JavaScript.
    contextOptions: { reducedMotion: 'reduce' },
    locale: 'en-US',
    timezoneId: 'America/Bogota',
  },
  projects: [
    ...(process.env.PLAYWRIGHT_PROJECT === 'screenshots'
      ? [{ name: 'screenshots', testDir: 'screenshot', use: desk }]
      : [{ name: 'test', testDir: 'tests', use: desk }]),
  ],
});

import { defineConfig } from '@playwright/test'

const chromiumPath = process.env.CHROMIUM_PATH
const testMs = 120_000

/** The whole path in a real Chromium. `npm test -- e2e` brings the browser and the services. */
export default defineConfig({
  testDir: 'apps',
  testMatch: '**/e2e/**/*.spec.ts',
  outputDir: 'test-results',
  timeout: testMs,
  // One at a time: tests that feed a camera in real time must not fight for the processor.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(chromiumPath && { executablePath: chromiumPath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})

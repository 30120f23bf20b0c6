import path from 'node:path'
import { defineConfig } from '@playwright/test'

/** The project's root: reports do not belong into the source. */
const reports = path.resolve(import.meta.dirname, '../build/reports')

export default defineConfig({
    testDir: 'e2e',
    outputDir: path.join(reports, 'browser'),
    // A test that is retried until it passes proves nothing.
    retries: 0,
    workers: 2,
    fullyParallel: true,
    forbidOnly: !!process.env.CI,
    // The longest takes less than half of it on two cores.
    timeout: 90_000,
    expect: { timeout: 10_000 },
    reporter: [
        ['list'],
        ['junit', { outputFile: process.env.PLAYWRIGHT_JUNIT_OUTPUT_FILE ?? path.join(reports, 'browser.xml') }],
    ],
    use: {
        // Debian's; Playwright must not bring its own.
        launchOptions: {
            executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
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
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        // Not the cinema's: the times on the pages have to be those of its own zone.
        timezoneId: 'America/New_York',
        colorScheme: 'dark',
        actionTimeout: 10_000,
        screenshot: 'only-on-failure',
        trace: 'retain-on-failure',
    },
})

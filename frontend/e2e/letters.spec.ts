import type { Page } from '@playwright/test'
import config from '../playwright.config.ts'
import { atCheckout, expectLive } from './support/pages.ts'
import { scenery } from './support/scenery.ts'
import { expect, phone, test } from './support/test.ts'

const { args = [], ...launchOptions } = config.use?.launchOptions ?? {}
// As a person sets them in the browser.
test.use({ launchOptions: { ...launchOptions, args: [...args, '--blink-settings=defaultFontSize=32'] } })

const { isMobile: _, ...window } = phone
const devices = { 'a phone': window, 'a desktop': { viewport: { width: 1280, height: 800 } } }

for (const [device, size] of Object.entries(devices)) {
    test(`with letters twice as large nothing is out of sight on ${device}`, async ({ visit, newHouse }) => {
        const scene = await scenery(await newHouse())
        const page = await visit('/', { as: scene.guest, ...size })
        const heading = (name: string) => (page: Page) => expect(page.getByRole('heading', { name }).first()).toBeVisible()
        const pages: [path: string, ready: (page: Page) => Promise<unknown>][] = [
            ['/', (page) => expect(page.getByRole('article').first()).toBeVisible()],
            [`/showtimes/${scene.showtime.movieId}`, heading(scene.showtime.movieTitle)],
            [`/seats/${scene.showtime.id}`, expectLive],
            [`/checkout/${scene.held}`, atCheckout],
            ['/bookings', heading('Coming up')],
            [`/tickets/${scene.bought}`, heading('Your ticket')],
        ]
        for (const [path, ready] of pages) {
            await page.goto(path)
            await ready(page)
            const width = () => page.evaluate(() => document.documentElement.scrollWidth)
            await expect.poll(width, path).toBeLessThanOrEqual(size.viewport.width)
        }
        await page.goto(`/checkout/${scene.held}`)
        await expect(page.getByRole('button', { name: 'Pay and confirm' })).toBeInViewport({ ratio: 1 })
    })
}

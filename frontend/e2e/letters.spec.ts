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

type Ready = (page: Page) => Promise<unknown>
const heading = (name: string): Ready => (page) => expect(page.getByRole('heading', { name }).first()).toBeVisible()
const table: Ready = (page) => expect(page.getByRole('table').or(page.getByRole('list')).first()).toBeVisible()

for (const [device, size] of Object.entries(devices)) {
    async function fits(page: Page, pages: [path: string, ready: Ready][]) {
        for (const [path, ready] of pages) {
            await page.goto(path)
            await ready(page)
            const width = () => page.evaluate(() => document.documentElement.scrollWidth)
            await expect.poll(width, path).toBeLessThanOrEqual(size.viewport.width)
        }
    }

    test(`with letters twice as large nothing is out of sight on ${device}`, async ({ visit, newHouse }) => {
        const scene = await scenery(await newHouse())
        const page = await visit('/', { as: scene.guest, ...size })
        await fits(page, [
            ['/', (page) => expect(page.getByRole('article').first()).toBeVisible()],
            [`/showtimes/${scene.showtime.movieId}`, heading(scene.showtime.movieTitle)],
            [`/seats/${scene.showtime.id}`, expectLive],
            [`/checkout/${scene.held}`, atCheckout],
            ['/bookings', heading('Coming up')],
            [`/tickets/${scene.bought}`, heading('Your ticket')],
        ])
        await page.goto(`/checkout/${scene.held}`)
        await expect(page.getByRole('button', { name: 'Pay and confirm' })).toBeInViewport({ ratio: 1 })

        const stranger = await visit('/login', size)
        await fits(stranger, [['/login', (page) => expect(page.getByRole('button', { name: 'Demo Admin' })).toBeVisible()]])

        const staff = await visit('/admin', { as: scene.staff, ...size })
        await fits(staff, [
            ['/admin', heading('Revenue')],
            ['/admin/bookings', table],
            ['/admin/audit-logs', table],
        ])
    })
}

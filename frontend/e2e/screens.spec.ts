import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { atCheckout, expectLive, yourSeats } from './support/pages.ts'
import { scenery, type Scenery } from './support/scenery.ts'
import { expect, phone, test } from './support/test.ts'

/** Pictures of every page, to be looked at. They are artefacts, not part of the source. */
const folder = path.resolve(import.meta.dirname, '../../build/reports/screens')

interface Screen {
    name: string
    path: string
    by?: 'staff' | 'nobody'
    ready: (page: Page) => Promise<void>
    /** Only what is seen without scrolling: of pages as high as the window, or with a bar at its lower edge. */
    window?: true
}

const shows = (level: 1 | 2, name: string | RegExp) => (page: Page) =>
    expect(page.getByRole('heading', { level, name })).toBeVisible()

const screensOf = (scene: Scenery): Screen[] => [
    { name: 'login', path: '/login', by: 'nobody', ready: (page) => expect(page.getByRole('button', { name: 'Demo User' })).toBeVisible() },
    { name: 'programme', path: '/', ready: (page) => expect(page.getByRole('article').first()).toBeVisible() },
    { name: 'film', path: `/showtimes/${scene.showtime.movieId}`, ready: shows(1, scene.showtime.movieTitle) },
    {
        name: 'seats',
        path: `/seats/${scene.showtime.id}`,
        window: true,
        ready: async (page) => {
            await expectLive(page)
            await page.getByRole('button', { name: 'One seat more' }).click()
            await page.getByRole('button', { name: 'Best seats' }).click()
            await expect(yourSeats(page).getByRole('button', { name: 'Hold seats' })).toBeEnabled()
        },
    },
    { name: 'checkout', path: `/checkout/${scene.held}`, window: true, ready: async (page) => void (await atCheckout(page)) },
    { name: 'checkout-ended', path: `/checkout/${scene.cancelled}`, ready: shows(1, 'These seats were given back') },
    { name: 'ticket', path: `/tickets/${scene.bought}`, ready: shows(1, 'Your ticket') },
    { name: 'bookings', path: '/bookings', ready: shows(2, 'Coming up') },
    { name: 'staff-only', path: '/admin', ready: shows(1, 'For staff') },
    { name: 'not-found', path: '/no/such/page', ready: shows(1, /no seat at this address/) },
    {
        name: 'admin-dashboard',
        path: '/admin',
        by: 'staff',
        ready: async (page) => {
            await expect(page.getByRole('button', { name: 'Show as a table' })).toBeVisible()
            await expect(page.getByRole('region', { name: 'Live' }).getByRole('listitem').first()).toBeVisible()
        },
    },
    { name: 'admin-bookings', path: '/admin/bookings', by: 'staff', ready: (page) => expect(page.getByText('Grand Hall').first()).toBeVisible() },
    {
        name: 'admin-booking',
        path: `/admin/bookings?detail=${scene.held}`,
        by: 'staff',
        window: true,
        ready: (page) => expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible(),
    },
    {
        name: 'admin-audit-log',
        path: '/admin/audit-logs',
        by: 'staff',
        ready: async (page) => page.getByRole('button', { name: /^Details:/ }).first().click(),
    },
]

const devices = { desktop: { viewport: { width: 1440, height: 900 } }, phone }
const themes = { night: 'dark', programme: 'light' } as const

/** Nothing is still on its way: fonts, posters, motion. */
async function settled(page: Page): Promise<void> {
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
    await page.evaluate(async () => {
        await document.fonts.ready
        const inSight = [...document.images].filter((image) => image.loading !== 'lazy')
        await Promise.all(inSight.map((image) => image.decode().catch(() => undefined)))
    })
}

for (const [device, size] of Object.entries(devices)) {
    test(`pictures of every page: ${device}`, { tag: '@screens' }, async ({ visit, newHouse }) => {
        mkdirSync(folder, { recursive: true })
        const house = await newHouse()
        const scene = await scenery(house, 'Garden Hall')
        const look = { ...size, reducedMotion: 'reduce' } as const
        const pages = {
            guest: await visit('/', { as: scene.guest, ...look }),
            staff: await visit('/admin', { as: scene.staff, ...look }),
            nobody: await visit('/login', { at: house, ...look }),
        }
        for (const screen of screensOf(scene)) {
            const page = pages[screen.by ?? 'guest']
            await page.goto(screen.path)
            await screen.ready(page)
            for (const [theme, colorScheme] of Object.entries(themes)) {
                await page.emulateMedia({ colorScheme })
                await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
                await settled(page)
                const file = path.join(folder, `${screen.name}-${device}-${theme}.png`)
                await page.screenshot({ path: file, fullPage: !screen.window, animations: 'disabled' })
            }
        }
    })
}

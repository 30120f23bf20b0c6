import type { Page } from '@playwright/test'
import { expectAccessible } from './support/axe.ts'
import { atCheckout, expectLive, seat, yourSeats } from './support/pages.ts'
import { scenery, type Scenery } from './support/scenery.ts'
import { expect, phone, test } from './support/test.ts'

const heading = (page: Page, name: string | RegExp) =>
    expect(page.getByRole('heading', { level: 1, name }), `the heading ${String(name)}`).toBeVisible()

/** Opens something from a page, looks, and leaves the page as it was. */
type Extra = [what: string, open: (page: Page) => Promise<void>]

interface Place {
    path: string
    ready: (page: Page) => Promise<void>
    extras?: Extra[]
}

const visitorsPlaces = (scene: Scenery): Place[] => [
    {
        path: '/',
        ready: (page) => heading(page, 'Now showing'),
        extras: [
            ['the menu', (page) => page.getByRole('button', { name: 'Menu' }).click()],
            ['nothing found', async (page) => {
                await page.getByRole('searchbox').fill('no such film')
                await expect(page.getByText('Nothing like that is on')).toBeVisible()
            }],
        ],
    },
    { path: `/showtimes/${scene.showtime.movieId}`, ready: (page) => heading(page, scene.showtime.movieTitle) },
    {
        path: `/seats/${scene.showtime.id}`,
        ready: expectLive,
        extras: [
            ['seats chosen, and a notice', async (page) => {
                await seat(page, scene.free[0]!).click()
                await seat(page, scene.free[1]!).click()
                await expect(yourSeats(page).getByRole('listitem')).toHaveCount(2)
                // It is marked as disabled, and says why when it is tried all the same.
                await seat(page, scene.sold).click({ force: true })
                await expect(page.getByText(`${scene.sold} is sold.`)).toBeVisible()
            }],
        ],
    },
    {
        path: `/checkout/${scene.held}`,
        ready: async (page) => void (await atCheckout(page)),
        extras: [
            ['the question before a release', async (page) => {
                await page.getByRole('button', { name: 'Release the seats' }).click()
                await expect(page.getByRole('alertdialog')).toBeVisible()
            }],
        ],
    },
    { path: `/checkout/${scene.cancelled}`, ready: (page) => heading(page, 'These seats were given back') },
    { path: `/tickets/${scene.bought}`, ready: (page) => heading(page, 'Your ticket') },
    { path: `/tickets/${scene.cancelled}`, ready: (page) => heading(page, 'This order was cancelled') },
    { path: '/bookings', ready: (page) => heading(page, 'My bookings') },
    { path: '/admin', ready: (page) => heading(page, 'For staff') },
    { path: '/no/such/page', ready: (page) => heading(page, 'There is no seat at this address') },
]

const staffsPlaces = (scene: Scenery): Place[] => [
    {
        path: '/admin',
        ready: async (page) => {
            await expect(page.getByRole('region', { name: 'Live' }).getByRole('listitem').first()).toBeVisible()
            await expect(page.getByRole('figure').or(page.getByRole('button', { name: 'Show as a table' })).first()).toBeVisible()
        },
        extras: [['the revenue as a table', (page) => page.getByRole('button', { name: 'Show as a table' }).click()]],
    },
    { path: '/admin/bookings', ready: (page) => expect(page.getByRole('table')).toBeVisible() },
    {
        path: `/admin/bookings?detail=${scene.held}`,
        ready: (page) => expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible(),
        extras: [
            ['the question before a release', async (page) => {
                await page.getByRole('button', { name: 'Release seats' }).click()
                await expect(page.getByRole('alertdialog')).toBeVisible()
            }],
        ],
    },
    {
        path: '/admin/audit-logs?booking=wrong',
        ready: (page) => expect(page.getByText('24 digits')).toBeVisible(),
    },
    {
        path: '/admin/audit-logs',
        ready: (page) => expect(page.getByRole('list', { name: 'Audit log' })).toBeVisible(),
        extras: [['an entry unfolded', (page) => page.getByRole('button', { name: /^Details:/ }).first().click()]],
    },
]

/** In both themes; what is open stays open when the theme changes. */
async function expectAccessibleByDayAndNight(page: Page, what: string): Promise<void> {
    for (const [theme, colorScheme] of [['night', 'dark'], ['programme', 'light']] as const) {
        await page.emulateMedia({ colorScheme })
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
        await expectAccessible(page, `${what}, ${theme}`)
    }
}

async function look(page: Page, places: readonly Place[]): Promise<void> {
    for (const { path, ready, extras = [] } of places) {
        await page.goto(path)
        await ready(page)
        await expectAccessibleByDayAndNight(page, path)
        for (const [what, open] of extras) {
            await open(page)
            await expectAccessibleByDayAndNight(page, `${path}: ${what}`)
        }
    }
}

// Colours are looked at when they have arrived.
const device = { reducedMotion: 'reduce' } as const

test('axe finds nothing on the login', async ({ visit }) => {
    const page = await visit('/login?expired=1&from=/bookings', device)
    await expect(page.getByRole('button', { name: 'Demo User' })).toBeVisible()
    await expectAccessibleByDayAndNight(page, 'login')
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByText('Enter an e-mail address')).toBeVisible()
    await expectAccessibleByDayAndNight(page, 'login with an error')
})

test('axe finds nothing on the visitors’ pages', async ({ visit, newHouse }) => {
    const scene = await scenery(await newHouse())
    await look(await visit('/', { as: scene.guest, ...device }), visitorsPlaces(scene))
})

test('axe finds nothing on the staff’s pages', async ({ visit, newHouse, watch }) => {
    watch.allow(/^422 GET .*booking_id=wrong/)
    const scene = await scenery(await newHouse())
    await look(await visit('/', { as: scene.staff, ...device }), staffsPlaces(scene))
})

test('axe finds nothing on a phone', async ({ visit, newHouse }) => {
    const scene = await scenery(await newHouse())
    const page = await visit('/', { as: scene.guest, ...phone, ...device })
    await look(page, visitorsPlaces(scene).filter(({ path }) => !path.startsWith('/seats/')))
    await page.goto(`/seats/${scene.showtime.id}`)
    await expectLive(page)
    await expectAccessibleByDayAndNight(page, 'the seats')
    await page.getByRole('button', { name: 'Legend' }).click()
    await expect(page.getByRole('dialog', { name: 'What the map shows' })).toBeVisible()
    await expectAccessibleByDayAndNight(page, 'the legend')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Best seats' }).click()
    await page.getByRole('button', { name: 'Your seats in detail' }).click()
    await expect(page.getByRole('dialog', { name: 'Your seats' })).toBeVisible()
    await expectAccessibleByDayAndNight(page, 'the seats chosen')
})

test('axe finds nothing in Thai', async ({ visit, newHouse }) => {
    const scene = await scenery(await newHouse())
    const page = await visit('/', { as: scene.guest, locale: 'th-TH', reducedMotion: 'reduce' })
    for (const path of ['/', `/seats/${scene.showtime.id}`, `/checkout/${scene.held}`, `/tickets/${scene.bought}`]) {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(/./)
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
        await expectAccessible(page, path)
    }
})

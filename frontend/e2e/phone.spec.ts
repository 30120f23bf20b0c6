import type { CDPSession, Page } from '@playwright/test'
import { atCheckout, expectLive, expectSeats, money, payAndConfirm, seat, yourSeats } from './support/pages.ts'
import { expect, phone, test } from './support/test.ts'

/** Nothing makes the page wider than the screen. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width, page.url()).toBeLessThanOrEqual(phone.viewport.width)
}

const pitch = async (page: Page) => (await seat(page, 'C6').boundingBox())!.x - (await seat(page, 'C5').boundingBox())!.x

/** Two fingers that move apart, or together, round the middle between them. */
async function pinch(cdp: CDPSession, at: { x: number; y: number }, from: number, to: number): Promise<void> {
    const touch = (type: 'touchStart' | 'touchMove', apart: number) =>
        cdp.send('Input.dispatchTouchEvent', {
            type,
            touchPoints: [
                { x: at.x - apart / 2, y: at.y, id: 1 },
                { x: at.x + apart / 2, y: at.y, id: 2 },
            ],
        })
    await touch('touchStart', from)
    for (let step = 1; step <= 5; step++) await touch('touchMove', from + ((to - from) * step) / 5)
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

test('the whole way on a phone', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const guest = await house.guest()
    const page = await visit('/', { as: guest, ...phone })
    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
    await expectNoSidewaysScroll(page)
    await page.goto(`/showtimes/${showtime.movieId}`)
    await expect(page.getByRole('heading', { level: 1, name: showtime.movieTitle })).toBeVisible()
    await expectNoSidewaysScroll(page)

    await page.goto(`/seats/${showtime.id}`)
    await expectLive(page)
    await expectNoSidewaysScroll(page)
    // Too small to be hit for sure: the first tap leads nearer, the next ones choose.
    const before = await pitch(page)
    await seat(page, 'C5').tap()
    await expect.poll(() => pitch(page)).toBeGreaterThan(before * 1.15)
    await expectSeats(page, ['C5'], 'free')
    for (const code of ['C5', 'C6']) await seat(page, code).tap()
    await expectSeats(page, ['C5', 'C6'], 'chosen by you')

    const bar = yourSeats(page)
    await bar.getByRole('button', { name: 'Your seats in detail' }).tap()
    const sheet = page.getByRole('dialog', { name: 'Your seats' })
    await expect(sheet.getByRole('listitem')).toHaveCount(2)
    await sheet.getByRole('button', { name: 'Close' }).tap()
    await expect(sheet).toBeHidden()
    await bar.getByRole('button', { name: 'Hold seats' }).tap()

    const bookingId = await atCheckout(page)
    await expectNoSidewaysScroll(page)
    const pay = page.getByRole('button', { name: 'Pay and confirm' })
    await expect(pay, 'the way on is in sight without scrolling').toBeInViewport()
    await payAndConfirm(page)
    await expectNoSidewaysScroll(page)
    const booking = await guest.booking(bookingId)
    await expect(page.getByRole('article')).toContainText(money(booking.amount))

    await page.getByRole('button', { name: 'Menu' }).tap()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My bookings' }).tap()
    await expect(page.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()
    await expectNoSidewaysScroll(page)
})

test('the room comes nearer with two fingers, with buttons, and goes back', async ({ visit, house }) => {
    const showtime = await house.showtime('Grand Hall')
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest(), ...phone })
    await expectLive(page)
    const whole = await pitch(page)
    const grid = page.getByRole('grid')
    const box = (await grid.boundingBox())!
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    const cdp = await page.context().newCDPSession(page)

    await pinch(cdp, middle, 60, 180)
    await expect.poll(() => pitch(page)).toBeGreaterThan(whole * 2.5)
    const near = await pitch(page)
    await pinch(cdp, middle, 180, 90)
    await expect.poll(() => pitch(page)).toBeLessThan(near * 0.6)
    await page.getByRole('button', { name: 'Show the whole room' }).tap()
    await expect.poll(() => pitch(page)).toBeCloseTo(whole, 1)

    await page.getByRole('button', { name: 'Zoom in' }).tap()
    await expect.poll(() => pitch(page)).toBeGreaterThan(whole * 1.4)
    await page.getByRole('button', { name: 'Zoom out' }).tap()
    await expect.poll(() => pitch(page)).toBeCloseTo(whole, 1)
    await expect(page.getByRole('button', { name: 'Zoom out' })).toHaveAttribute('aria-disabled', 'true')
    expect(await page.evaluate(() => visualViewport?.scale), 'the page itself is not zoomed').toBe(1)
})

test('the box office on a phone', async ({ visit, newHouse }) => {
    const house = await newHouse()
    const guest = await house.guest()
    const { id } = await guest.buy((await house.showtime('Studio')).id, ['C5'])
    const page = await visit('/admin', { as: await house.staff(), ...phone })
    await expect(page.getByRole('region', { name: 'Today’s sales' })).toBeVisible()
    await expectNoSidewaysScroll(page)
    await page.getByRole('navigation', { name: 'Box office' }).getByRole('link', { name: 'Bookings' }).tap()
    await page.getByRole('list', { name: 'Bookings' }).getByRole('link').tap()
    await expect(page.getByRole('dialog')).toContainText(id)
    await expectNoSidewaysScroll(page)
    await page.goto('/admin/audit-logs')
    await expect(page.getByRole('list', { name: 'Audit log' }).locator('> li')).toHaveCount(3)
    await expectNoSidewaysScroll(page)
})

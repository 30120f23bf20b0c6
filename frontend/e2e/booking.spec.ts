import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { Api, userEmail, type Showtime } from './support/api.ts'
import {
    atCheckout,
    choose,
    codeOf,
    dayOf,
    expectSeats,
    holdButton,
    money,
    payAndConfirm,
    timeOf,
    yourSeats,
} from './support/pages.ts'
import { expect, test } from './support/test.ts'

/** From the programme to the showtime's seats, the way a visitor finds it. */
async function findShowtime(page: Page, showtime: Showtime): Promise<void> {
    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
    await page.getByRole('radio', { name: dayOf(showtime) }).check()
    await page.getByRole('searchbox', { name: 'Search by title' }).fill(showtime.movieTitle)
    await page.getByRole('link', { name: showtime.movieTitle, exact: true }).click()

    await expect(page.getByRole('heading', { level: 1, name: showtime.movieTitle })).toBeVisible()
    await expect(page.getByRole('radio', { name: dayOf(showtime) })).toBeChecked()
    await page.getByRole('region', { name: 'Showtimes' }).getByRole('link', { name: timeOf(showtime) }).click()
    await expect(page).toHaveURL(`/seats/${showtime.id}`)
}

test('the whole way: login, film, showtime, seats, hold, payment, ticket, my bookings', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const wanted = ['C5', 'C6']

    const page = await visit('/login')
    await page.getByRole('button', { name: 'Demo User' }).click()
    await findShowtime(page, showtime)
    await choose(page, wanted)
    const user = await Api.login(house.url, userEmail)
    const price = (await user.seats(showtime.id)).find(({ seatCode }) => seatCode === 'C5')!.price
    await expect(yourSeats(page)).toContainText(money(2 * price))

    await holdButton(page).click()
    const bookingId = await atCheckout(page)
    expect(await user.stateOf(showtime.id, wanted)).toEqual(['LOCKED', 'LOCKED'])
    const order = page.getByRole('region', { name: 'Your order' })
    await expect(order).toContainText(showtime.movieTitle)
    await expect(order).toContainText(money(2 * price))
    await expect(page.getByRole('timer')).toHaveText(/[45]:\d\d/)

    await payAndConfirm(page)
    expect(await user.stateOf(showtime.id, wanted)).toEqual(['BOOKED', 'BOOKED'])
    const sold = await user.booking(bookingId)
    expect(sold).toMatchObject({ status: 'BOOKED', paymentStatus: 'SUCCESS', amount: 2 * price, seats: wanted })
    await expect(page).toHaveURL(`/tickets/${bookingId}`)
    await expect(page.getByRole('img', { name: `QR code of booking ${codeOf(bookingId)}` })).toBeVisible()
    const ticket = page.getByRole('article', { name: `Your ticket: ${showtime.movieTitle}` })
    for (const text of [...wanted, timeOf(showtime), showtime.auditoriumName, money(sold.amount), codeOf(bookingId)]) {
        await expect(ticket).toContainText(text)
    }

    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My bookings' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Coming up' })).toBeVisible()
    await page.getByRole('article').filter({ hasText: codeOf(bookingId) }).getByRole('link').click()
    await expect(page).toHaveURL(`/tickets/${bookingId}`)
    await expect(page.getByRole('heading', { level: 1, name: 'Your ticket' })).toBeVisible()
})

test('the ticket goes into a calendar', async ({ visit, house }) => {
    const guest = await house.guest()
    const booking = await guest.buy((await house.showtime('Studio')).id, ['E7'])
    const page = await visit(`/tickets/${booking.id}`, { as: guest })

    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Add to calendar' }).click()
    const file = await saved
    expect(file.suggestedFilename()).toMatch(/\.ics$/)
    const unfolded = (await readFile(await file.path(), 'utf8')).replaceAll('\r\n ', '')
    const stamp = (instant: string) => instant.replaceAll(/[-:]|\.\d+/g, '')
    expect(unfolded.split('\r\n')).toEqual(
        expect.arrayContaining([
            'BEGIN:VCALENDAR',
            `UID:${booking.id}@127.0.0.1`,
            `DTSTART:${stamp(booking.showtimeStart)}`,
            `DTEND:${stamp(booking.showtimeEnd)}`,
            `URL:${house.url}/tickets/${booking.id}`,
            'END:VCALENDAR',
        ]),
    )
    expect(unfolded).toContain(booking.movieTitle.replaceAll(/[,;\\]/g, '\\$&'))
    expect(unfolded).toContain(codeOf(booking.id))
    expect(unfolded).toContain('E7')
})

test('a ticket prints as black on white, on one page, with its code', async ({ visit, house }) => {
    const guest = await house.guest()
    const booking = await guest.buy((await house.showtime('Studio')).id, ['E7', 'E8'])
    const page = await visit(`/tickets/${booking.id}`, { as: guest })
    await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()

    await page.emulateMedia({ media: 'print' })
    await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()
    await expect(page.getByRole('banner')).toBeHidden()
    await expect(page.getByRole('button')).toHaveCount(0)
    const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)
    expect(pages).toHaveLength(1)
})

test('somebody else’s booking is told from a missing one by nothing', async ({ visit, house, watch }) => {
    const owner = await house.guest()
    const showtime = await house.showtime('Studio')
    const { bookingId } = await owner.hold(showtime.id, ['B2'])
    const { id: ticketId } = await owner.buy(showtime.id, ['B4'])
    const stranger = await house.guest()
    watch.allow(/^404 GET \/api\/bookings\//)

    const page = await visit(`/checkout/${bookingId}`, { as: stranger })
    await expect(page.getByRole('heading', { level: 1, name: 'There is no such order' })).toBeVisible()
    await page.goto(`/tickets/${ticketId}`)
    await expect(page.getByRole('heading', { level: 1, name: 'There is no such ticket' })).toBeVisible()
    await page.goto(`/seats/${showtime.id}`)
    await expectSeats(page, ['B2'], 'being held by somebody')
    await expectSeats(page, ['B4'], 'sold')
})

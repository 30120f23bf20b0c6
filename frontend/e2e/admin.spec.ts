import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import type { Api, Showtime } from './support/api.ts'
import { atCheckout, codeOf, money, relativeDayOf, timeOf } from './support/pages.ts'
import { expect, test } from './support/test.ts'

const today = (page: Page): Locator => page.getByRole('region', { name: 'Today’s sales' })

/** The figures of the dashboard's first ticket are those of the API at this moment. */
async function expectTodaysFigures(page: Page, staff: Api): Promise<void> {
    const { today: day, holds } = await staff.dashboard()
    const sum = (amounts: { amount: number }[]) => money(amounts[0]?.amount ?? 0)
    await expect(today(page)).toContainText(sum(day.revenue))
    const figure = (name: RegExp) => today(page).getByRole('term').filter({ hasText: name }).locator('xpath=..')
    await expect(figure(/^Bookings$/)).toContainText(String(day.bookings))
    await expect(figure(/^Seats$/)).toContainText(String(day.seats))
    await expect(figure(/^Paid back/)).toContainText(sum(day.refunds.amount))
    await expect(today(page)).toContainText(holds.seats === 1 ? '1 seat' : `${holds.seats} seats`)
    await expect(today(page)).toContainText(`worth ${sum(holds.amount)}`)
}

test('the dashboard: today’s figures, occupancy, revenue, and what happens as it happens', async ({ visit, newHouse }) => {
    const house = await newHouse()
    const staff = await house.staff()
    const guest = await house.guest()
    const showtime = await house.showtime('Studio')
    await guest.buy(showtime.id, ['C4', 'C5'])
    await guest.hold(showtime.id, ['E4'])
    const paidBack = await guest.hold(showtime.id, ['G4'])
    await guest.pay(paidBack.bookingId)
    await guest.cancel(paidBack.bookingId)

    const page = await visit('/', { as: staff })
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Box office' }).click()
    await expectTodaysFigures(page, staff)

    const occupancy = page.getByRole('region', { name: 'Occupancy' })
    // The days tell how full they are, too.
    await occupancy.getByRole('radio', { name: relativeDayOf(showtime) }).check()
    const row = occupancy.getByRole('link').filter({ hasText: timeOf(showtime) }).filter({ hasText: showtime.movieTitle })
    await expect(row).toContainText('2 booked · 1 held · 87 free')
    await expect(row).toContainText('2%')

    const revenue = page.getByRole('region', { name: 'Revenue' })
    const [day] = (await staff.dashboard()).revenueByDay.slice(-1)
    await expect(revenue).toContainText(money(day!.revenue[0]!.amount))
    await revenue.getByRole('button', { name: 'Show as a table' }).click()
    const sales = revenue.getByRole('row').filter({ hasNotText: money(0) }).getByRole('cell')
    await expect(sales).toHaveText([/^/, money(day!.revenue[0]!.amount), String(day!.seats), String(day!.bookings)])

    const feed = page.getByRole('region', { name: 'Live' })
    await expect(feed.getByRole('link').first()).toContainText('paid back for G4')
    const { id, amount } = await guest.buy(showtime.id, ['H3', 'H4'])
    await expect(feed).toContainText(`H3, H4 sold for ${money(amount)}`)
    await expectTodaysFigures(page, staff)

    await feed.getByRole('link').filter({ hasText: 'H3, H4 sold' }).click()
    await expect(page.getByRole('dialog', { name: `Booking ${codeOf(id)}` })).toContainText(guest.session.user.email)
})

/** Three bookings of two people: one sold, one held, one given back. */
async function someBookings(guest: Api, other: Api, showtime: Showtime) {
    const sold = await guest.buy(showtime.id, ['C4', 'C5'])
    const { bookingId: held } = await guest.hold(showtime.id, ['E4'])
    const { bookingId: cancelled } = await other.hold(showtime.id, ['G4'])
    await other.cancel(cancelled)
    return { sold: sold.id, held, cancelled }
}

test('bookings: search and filters narrow the table, and stay in the address', async ({ visit, newHouse }) => {
    const house = await newHouse()
    const [guest, other] = [await house.guest(), await house.guest()]
    const showtime = await house.showtime('Studio')
    const { sold, held, cancelled } = await someBookings(guest, other, showtime)
    const { id: elsewhere } = await other.buy((await house.showtime('Grand Hall')).id, ['A5'])

    const page = await visit('/admin/bookings', { as: await house.staff() })
    const table = page.getByRole('table')
    const codes = table.getByRole('row').getByRole('link')
    const shows = (...ids: string[]) => expect(codes).toHaveText(ids.map((id) => new RegExp(codeOf(id))))
    const filters = page.getByRole('search', { name: 'Filters' })
    await shows(elsewhere, cancelled, held, sold)

    await filters.getByLabel('Search').fill(codeOf(held))
    await shows(held)
    await filters.getByLabel('Search').fill(other.session.user.email)
    await shows(elsewhere, cancelled)
    await filters.getByLabel('Status').selectOption('Cancelled')
    await shows(cancelled)
    await expect(page).toHaveURL(/status=CANCELLED/)
    await page.reload()
    await shows(cancelled)
    await page.getByRole('searchbox', { name: 'Search' }).fill('nobody-of-this-name')
    await expect(page.getByText('No booking matches')).toBeVisible()
    await page.getByRole('button', { name: 'Clear filters' }).first().click()
    await shows(elsewhere, cancelled, held, sold)

    await filters.getByLabel('Showing on').fill(new Date(Date.parse(showtime.startTime) + 7 * 3_600_000).toISOString().slice(0, 10))
    await filters.getByLabel('Showtime', { exact: true }).selectOption({ label: `${timeOf(showtime)} ${showtime.movieTitle} · Studio` })
    await shows(cancelled, held, sold)
    await filters.getByLabel('Status').selectOption('Sold')
    await shows(sold)
})

test('a booking’s detail: facts and trail; a hold that is released there is over for the customer', async ({ visit, newHouse }) => {
    const house = await newHouse()
    const [guest, staff] = [await house.guest(), await house.staff()]
    const showtime = await house.showtime('Studio')
    const { bookingId, amount } = await guest.hold(showtime.id, ['E4', 'E5'])
    await guest.pay(bookingId)
    const customer = await visit(`/checkout/${bookingId}`, { as: guest })
    await atCheckout(customer)

    const page = await visit('/admin/bookings', { as: staff })
    await page.getByRole('link', { name: codeOf(bookingId) }).click()
    const sheet = page.getByRole('dialog', { name: `Booking ${codeOf(bookingId)}` })
    for (const fact of [showtime.movieTitle, 'Studio', 'E4, E5', money(amount), guest.session.user.email, bookingId]) {
        await expect(sheet).toContainText(fact)
    }
    await expect(sheet.getByRole('timer')).toHaveText(/\d:\d\d/)
    const trail = sheet.getByRole('listitem')
    await expect(trail).toHaveText([/E4, E5 held for/, /paid for E4, E5/])

    await sheet.getByRole('button', { name: 'Release seats' }).click()
    const question = page.getByRole('alertdialog', { name: 'Release these seats?' })
    await expect(question).toContainText('the money goes back')
    await question.getByRole('button', { name: 'Release seats' }).click()
    await expect(question).toBeHidden()
    await expect(trail).toHaveText([/held for/, /paid for/, /Hold on E4, E5 released by staff/, /paid back for E4, E5/])
    await expect(sheet).toContainText('Cancelled, paid back')
    await expect(sheet.getByRole('button', { name: 'Release seats' })).toHaveCount(0)
    expect(await staff.stateOf(showtime.id, ['E4', 'E5'])).toEqual(['AVAILABLE', 'AVAILABLE'])

    await expect(customer.getByRole('heading', { level: 1, name: 'These seats were given back' })).toBeVisible()
    await expect(customer.getByText(`You had paid ${money(amount)}; the money was given back.`)).toBeVisible()

    await page.keyboard.press('Escape')
    await expect(sheet).toBeHidden()
    await expect(page.getByRole('row').filter({ hasText: codeOf(bookingId) })).toContainText('Cancelled, paid back')
})

test('the audit log: filters, payload, and what is filtered as CSV', async ({ visit, newHouse, watch }) => {
    const house = await newHouse()
    const [guest, staff] = [await house.guest(), await house.staff()]
    const showtime = await house.showtime('Studio')
    const { sold } = await someBookings(guest, await house.guest(), showtime)

    const page = await visit('/admin/audit-logs', { as: staff })
    const entries = page.getByRole('list', { name: 'Audit log' }).locator('> li')
    await expect(entries).toHaveCount((await staff.auditLogs()).length)
    const filters = page.getByRole('search', { name: 'Filters' })
    await filters.getByLabel('Event').selectOption('Seats held')
    await expect(entries).toHaveCount(3)
    watch.allow(/^422 GET .*booking_id=not-an-id/)
    await filters.getByLabel('Booking id').fill('not-an-id')
    await expect(filters.getByLabel('Booking id')).toHaveAccessibleDescription(/24 digits/)
    await filters.getByLabel('Booking id').fill(sold)
    await expect(entries).toHaveText([/C4, C5 held for/])
    await filters.getByLabel('Event').selectOption('Any event')
    await expect(entries).toHaveText([/C4, C5 sold for/, /paid for C4, C5/, /C4, C5 held for/])

    await entries.first().getByRole('button', { name: /^Details: C4, C5 sold/ }).click()
    const [event] = await staff.auditLogs(`booking_id=${sold}&event_type=BookingConfirmed`)
    await expect(entries.first()).toContainText(event!.eventId)
    await expect(entries.first()).toContainText(`"amount": ${String(event!.payload!.amount)}`)

    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download CSV' }).click()
    const file = await saved
    await expect(page.getByRole('status').filter({ hasText: '3 rows saved.' })).toBeVisible()
    expect(file.suggestedFilename()).toBe(`audit-log_booking-${sold}_${dateInBangkok()}.csv`)
    const [header, ...rows] = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n')
    expect(header).toBe('createdAt,eventType,bookingId,userId,showtimeId,seats,payload,eventId,id')
    const known = await staff.auditLogs(`booking_id=${sold}`)
    expect(rows.map((row) => row.split(',').slice(0, 6))).toEqual(
        known.map((one) => [one.createdAt, one.eventType, sold, guest.session.user.id, showtime.id, 'C4 C5']),
    )
    expect(rows.map((row) => row.split(',').at(-1))).toEqual(known.map(({ id }) => id))
})

const dateInBangkok = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Bangkok' }).format(new Date())

test('lists that are longer than a page go on, forwards and back', async ({ visit, newHouse }) => {
    const house = await newHouse()
    const guest = await house.guest()
    const showtime = await house.showtime('Grand Hall')
    const free = (await guest.seats(showtime.id)).slice(0, 53)
    for (const { seatCode } of free) await guest.hold(showtime.id, [seatCode])

    const page = await visit('/admin/bookings', { as: await house.staff() })
    const rows = page.getByRole('table').getByRole('row')
    const pager = page.getByRole('navigation', { name: 'Pages' })
    await expect(rows).toHaveCount(1 + 50)
    await expect(pager.getByRole('button', { name: 'Newer' })).toBeDisabled()
    await pager.getByRole('button', { name: 'Older' }).click()
    await expect(rows).toHaveCount(1 + 3)
    await expect(pager.getByRole('button', { name: 'Older' })).toBeDisabled()
    await expect(rows.last()).toContainText(free[0]!.seatCode)
    await pager.getByRole('button', { name: 'Newer' }).click()
    await expect(rows).toHaveCount(1 + 50)
})

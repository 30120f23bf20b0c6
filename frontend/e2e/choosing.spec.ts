import type { Page } from '@playwright/test'
import type { Api } from './support/api.ts'
import { atCheckout, choose, expectLive, expectSeats, holdButton, money, seat, yourSeats } from './support/pages.ts'
import { expect, test } from './support/test.ts'

interface Plan {
    rows: { label: string; seats: { seatCode: string; column: number }[] }[]
}

async function pickBest(page: Page, count: number): Promise<string[]> {
    const picker = page.getByRole('group', { name: 'Best seats' })
    // Two is where it begins.
    for (let wanted = 2; wanted < count; wanted++) await picker.getByRole('button', { name: 'One seat more' }).click()
    await picker.getByRole('button', { name: 'Best seats' }).click()
    const list = yourSeats(page).getByRole('listitem')
    await expect(list).toHaveCount(count)
    return (await list.allInnerTexts()).map((text) => text.split(/\s/)[0]!)
}

/** Where the seats are, row by row. */
async function placesOf(api: Api, showtimeId: string, codes: readonly string[]) {
    const { plan } = await api.get<{ plan: Plan }>(`/api/showtimes/${showtimeId}`)
    return plan.rows.flatMap(({ label, seats }) =>
        seats.filter(({ seatCode }) => codes.includes(seatCode)).map(({ column }) => ({ row: label, column })),
    )
}

test('the best four are side by side, in the middle, and cost what they say', async ({ visit, house }) => {
    const showtime = await house.showtime('Garden Hall')
    const guest = await house.guest()
    const page = await visit(`/seats/${showtime.id}`, { as: guest })
    await expectLive(page)

    const codes = await pickBest(page, 4)
    const places = await placesOf(guest, showtime.id, codes)
    expect(new Set(places.map(({ row }) => row)).size).toBe(1)
    const columns = places.map(({ column }) => column)
    expect(columns).toEqual([0, 1, 2, 3].map((step) => columns[0]! + step))
    // The hall is 24 columns wide.
    expect(Math.abs((columns[0]! + columns[3]!) / 2 - 11.5)).toBeLessThanOrEqual(1)
    await expectSeats(page, codes, 'chosen by you')

    const shown = await yourSeats(page).innerText()
    await holdButton(page).click()
    const booking = await guest.booking(await atCheckout(page))
    expect(booking.seats.toSorted()).toEqual(codes.toSorted())
    expect(shown).toContain(money(booking.amount))
    await expect(page.getByRole('region', { name: 'Your order' })).toContainText(money(booking.amount))
})

test('the best seats are found among what others have left', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const guest = await house.guest()
    const page = await visit(`/seats/${showtime.id}`, { as: guest })
    await expectLive(page)
    const first = await pickBest(page, 2)

    await (await house.guest()).buy(showtime.id, first)
    await expectSeats(page, first, 'sold')
    const second = await pickBest(page, 2)
    expect(second.filter((code) => first.includes(code))).toEqual([])
    const places = await placesOf(guest, showtime.id, second)
    expect(places[0]!.row).toBe(places[1]!.row)
    expect(places[1]!.column - places[0]!.column).toBe(1)
})

test('no more seats than one booking may hold', async ({ visit, house }) => {
    const showtime = await house.showtime('Garden Hall')
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
    await expectLive(page)
    const codes = await pickBest(page, 10)
    await expect(page.getByRole('button', { name: 'One seat more' })).toBeDisabled()

    await seat(page, 'A1').click()
    const notice = page.getByRole('status').filter({ hasText: 'One booking holds 10 seats at most.' })
    await expect(notice).toBeVisible()
    await expectSeats(page, ['A1'], 'free')

    await yourSeats(page).getByRole('button', { name: `Leave seat ${codes[0]}` }).click()
    await expect(notice).toBeHidden()
    await seat(page, 'A1').click()
    await expectSeats(page, ['A1'], 'chosen by you')
})

test('the total follows each seat, whatever its kind', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const guest = await house.guest()
    const seats = await guest.seats(showtime.id)
    const priceOf = (code: string) => seats.find(({ seatCode }) => seatCode === code)!.price
    const page = await visit(`/seats/${showtime.id}`, { as: guest })
    await expect(yourSeats(page)).toContainText(money(0))
    await expect(holdButton(page)).toBeDisabled()

    // Standard, premium, loveseat.
    const wanted = ['C5', 'E5', 'H3', 'H4']
    let sum = 0
    for (const code of wanted) {
        await choose(page, [code])
        sum += priceOf(code)
        await expect(yourSeats(page)).toContainText(money(sum))
    }
    await seat(page, 'E5').click()
    await expectSeats(page, ['E5'], 'free')
    await expect(yourSeats(page)).toContainText(money(sum - priceOf('E5')))

    await holdButton(page).click()
    const { amount } = await guest.booking(await atCheckout(page))
    expect(amount).toBe(sum - priceOf('E5'))
})

import { atCheckout, codeOf, expectLive, expectSeats, hold } from './support/pages.ts'
import { expect, test } from './support/test.ts'

/** Long enough to be seen as a hold, short enough to wait for its end. */
const shortHold = { LOCK_TTL_SECONDS: '6', EXPIRY_INTERVAL_SECONDS: '1' }

test('a hold that runs out says so, leads back to the map, and frees the seats for all', async ({ visit, newHouse }) => {
    const house = await newHouse(shortHold)
    const showtime = await house.showtime('Studio')
    const guest = await house.guest()
    const page = await visit(`/seats/${showtime.id}`, { as: guest })
    const watcher = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
    await expectLive(watcher)

    const bookingId = await hold(page, ['D5', 'D6'])
    await expect(page.getByRole('timer')).toHaveText(/0:0[0-6]/)
    await expectSeats(watcher, ['D5', 'D6'], 'being held by somebody')

    const ended = page.getByRole('heading', { level: 1, name: 'The time for these seats has run out' })
    await expect(ended).toBeVisible({ timeout: 12_000 })
    await expect(ended).toBeFocused()
    await expect(page.getByText('Nothing was charged.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Pay and confirm' })).toHaveCount(0)
    await expectSeats(watcher, ['D5', 'D6'], 'free')
    expect(await guest.booking(bookingId)).toMatchObject({ status: 'EXPIRED' })

    await page.getByRole('link', { name: 'Choose seats again' }).click()
    await expect(page).toHaveURL(`/seats/${showtime.id}`)
    await expectLive(page)
    await expectSeats(page, ['D5', 'D6'], 'free')
})

test('a hold is found again: on the map, in my bookings, and by going back', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
    const bookingId = await hold(page, ['D5', 'D6'])

    await page.getByRole('link', { name: 'Back to the seat map' }).click()
    await expectLive(page)
    await expectSeats(page, ['D5', 'D6'], 'held for you')
    const own = page.getByRole('list', { name: 'Seats held for you' })
    await expect(own).toContainText('D5 and D6 held for you.')
    await own.getByRole('link', { name: 'To checkout' }).click()
    expect(await atCheckout(page)).toBe(bookingId)

    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My bookings' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Waiting for you to pay' })).toBeVisible()
    await page.getByRole('link', { name: `Pay for ${showtime.movieTitle}` }).click()
    expect(await atCheckout(page)).toBe(bookingId)

    await page.goBack()
    await expect(page.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()
    await page.goForward()
    expect(await atCheckout(page)).toBe(bookingId)
    await page.reload()
    expect(await atCheckout(page)).toBe(bookingId)
})

test('seats that are given back are free again at once', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const guest = await house.guest()
    const page = await visit(`/seats/${showtime.id}`, { as: guest })
    const bookingId = await hold(page, ['G4', 'G5'])

    await page.getByRole('button', { name: 'Release the seats' }).click()
    const dialog = page.getByRole('alertdialog', { name: 'Give these seats back?' })
    await dialog.getByRole('button', { name: 'Keep them' }).click()
    await expect(dialog).toBeHidden()
    expect(await guest.stateOf(showtime.id, ['G4', 'G5'])).toEqual(['LOCKED', 'LOCKED'])

    await page.getByRole('button', { name: 'Release the seats' }).click()
    await dialog.getByRole('button', { name: 'Release', exact: true }).click()
    await expect(page).toHaveURL(`/seats/${showtime.id}`)
    await expect(page.getByText('The seats are free again.')).toBeVisible()
    await expectLive(page)
    await expectSeats(page, ['G4', 'G5'], 'free')
    expect(await guest.stateOf(showtime.id, ['G4', 'G5'])).toEqual(['AVAILABLE', 'AVAILABLE'])
    expect(await guest.booking(bookingId)).toMatchObject({ status: 'CANCELLED' })
    expect(codeOf(bookingId)).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/)
})

test('a hold that staff release is over for its owner, too', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
    const bookingId = await hold(page, ['F5'])
    const map = await page.context().newPage()
    await map.goto(`/seats/${showtime.id}`)
    await expectSeats(map, ['F5'], 'held for you')

    await (await house.staff()).cancel(bookingId)
    await expectSeats(map, ['F5'], 'free')
    await expect(map.getByRole('list', { name: 'Seats held for you' })).toBeHidden()
    await expect(page.getByRole('heading', { level: 1, name: 'These seats were given back' })).toBeVisible()
})

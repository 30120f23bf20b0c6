import { choose, connection, expectLive, expectSeats, holdButton, atCheckout } from './support/pages.ts'
import { expect, test } from './support/test.ts'

/** What a browser says of its own accord while nobody answers. */
const nobodyThere = [/^console error: WebSocket connection to .* failed/, /ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/]

for (const end of ['kill', 'stop'] as const) {
    const how = end === 'kill' ? 'crashes' : 'is shut down'
    test(`a server that ${how} and comes back: the map says so and catches up by itself`, async ({
        visit,
        newHouse,
        watch,
    }) => {
        const house = await newHouse()
        const showtime = await house.showtime('Studio')
        const rival = await house.guest()
        const page = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
        await choose(page, ['C5', 'C6'])
        watch.allow(...nobodyThere)

        await house.server[end]()
        await expect(connection(page, 'Reconnecting')).toBeVisible()
        await house.server.start()
        await rival.buy(showtime.id, ['C6', 'C7'])
        await expect(connection(page, 'Live')).toBeVisible({ timeout: 20_000 })

        await expectSeats(page, ['C6', 'C7'], 'sold')
        await expectSeats(page, ['C5'], 'chosen by you')
        await expect(page.getByRole('status').filter({ hasText: 'C6 is taken' })).toBeVisible()
        await holdButton(page).click()
        await atCheckout(page)
    })
}

test('without a network the map says so, and afterwards shows what was missed', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const rival = await house.guest()
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
    await expectLive(page)

    await page.context().setOffline(true)
    await expect(connection(page, 'Offline')).toBeVisible()
    await rival.buy(showtime.id, ['C5'])
    await rival.hold(showtime.id, ['C6'])
    await expectSeats(page, ['C5', 'C6'], 'free')

    await page.context().setOffline(false)
    await expectLive(page)
    await expectSeats(page, ['C5'], 'sold')
    await expectSeats(page, ['C6'], 'being held by somebody')
})

test('a payment that finds nobody is tried again until the server is back', async ({ visit, newHouse, watch }) => {
    const house = await newHouse()
    const showtime = await house.showtime('Studio')
    const guest = await house.guest()
    const { bookingId } = await guest.hold(showtime.id, ['C5'])
    const page = await visit(`/checkout/${bookingId}`, { as: guest })
    await atCheckout(page)
    watch.allow(...nobodyThere)

    await house.server.kill()
    await page.getByRole('button', { name: 'Pay and confirm' }).click()
    await expect(page.getByText('No answer from the box office yet.')).toBeVisible()
    await house.server.start()
    await expect(page.getByRole('heading', { level: 1, name: 'Enjoy the film' })).toBeVisible({ timeout: 20_000 })
    expect(await guest.booking(bookingId)).toMatchObject({ status: 'BOOKED', paymentStatus: 'SUCCESS' })
})

import type { Page } from '@playwright/test'
import { atCheckout, choose, expectLive, expectSeats, holdButton, payAndConfirm, seat, yourSeats } from './support/pages.ts'
import { expect, test } from './support/test.ts'

/** Keeps the holds of all these pages back until each has sent its own: then nobody is first by much. */
async function holdAtTheSameMoment(pages: readonly Page[]): Promise<void> {
    let missing = pages.length
    let go: () => void
    const everybody = new Promise<void>((resolve) => (go = resolve))
    for (const page of pages) {
        await page.route('**/seats/lock', async (route) => {
            missing -= 1
            if (missing === 0) go()
            await everybody
            await route.continue()
        })
    }
    await Promise.all(pages.map((page) => holdButton(page).click()))
    await everybody
}

/** Looks from now on whether a seat shakes; the answer tells when it has. */
async function watchShaking(page: Page, code: string): Promise<() => Promise<void>> {
    const seen = await seat(page, code).evaluateHandle((element) => {
        const record = { shaken: false }
        const look = () => (record.shaken ||= element.classList.contains('seat-shaken'))
        new MutationObserver(look).observe(element, { attributeFilter: ['class'] })
        return record
    })
    return () => expect.poll(() => seen.evaluate(({ shaken }) => shaken)).toBe(true)
}

const quicker = (page: Page, code: string) => page.getByRole('status').filter({ hasText: `${code} is taken` })

test('two people want one seat: one gets it, the other is told and keeps the rest, a third sees it live', async ({
    visit,
    house,
    watch,
}) => {
    const showtime = await house.showtime('Studio')
    const path = `/seats/${showtime.id}`
    const rivals = [
        { page: await visit(path, { as: await house.guest() }), own: 'C4' },
        { page: await visit(path, { as: await house.guest() }), own: 'C6' },
    ] as const
    const third = await visit(path, { as: await house.guest() })
    await expectLive(third)
    watch.allow(/^409 POST .*\/seats\/lock$/)

    for (const { page, own } of rivals) await choose(page, ['C5', own])
    const shaken = await Promise.all(rivals.map(({ page }) => watchShaking(page, 'C5')))
    await holdAtTheSameMoment(rivals.map(({ page }) => page))

    const told = () => Promise.all(rivals.map(({ page }) => quicker(page, 'C5').count()))
    await expect.poll(async () => (await told()).toSorted()).toEqual([0, 1])
    const lost = (await told()).indexOf(1)
    const [winner, loser] = [rivals[1 - lost]!, rivals[lost]!]
    const bookingId = await atCheckout(winner.page)

    await shaken[lost]!()
    await expectSeats(loser.page, ['C5', winner.own], 'being held by somebody')
    await expectSeats(loser.page, [loser.own], 'chosen by you')
    await expect(yourSeats(loser.page).getByRole('listitem')).toHaveText([new RegExp(`^${loser.own}`)])

    await expectSeats(third, ['C5', winner.own], 'being held by somebody')
    await expectSeats(third, [loser.own], 'free')
    await payAndConfirm(winner.page)
    await expectSeats(third, ['C5', winner.own], 'sold')

    // Nobody has got in the way of anybody: the loser's other seat can be bought now.
    await holdButton(loser.page).click()
    expect(await atCheckout(loser.page)).not.toBe(bookingId)
    const staff = await house.staff()
    expect(await staff.stateOf(showtime.id, ['C4', 'C5', 'C6'])).toEqual(
        lost === 0 ? ['LOCKED', 'BOOKED', 'BOOKED'] : ['BOOKED', 'BOOKED', 'LOCKED'],
    )
})

test('a chosen seat that somebody takes meanwhile leaves the choice by itself', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
    await choose(page, ['B5', 'B6'])

    const rival = await house.guest()
    const shaken = await watchShaking(page, 'B6')
    const { bookingId } = await rival.hold(showtime.id, ['B6'])
    await shaken()
    await expect(quicker(page, 'B6')).toBeVisible()
    await expectSeats(page, ['B5'], 'chosen by you')
    await expectSeats(page, ['B6'], 'being held by somebody')

    await rival.cancel(bookingId)
    await expectSeats(page, ['B6'], 'free')
})

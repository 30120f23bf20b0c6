import checkoutTexts from '../i18n/locales/th/checkout.json' with { type: 'json' }
import commonTexts from '../i18n/locales/th/common.json' with { type: 'json' }
import seatsTexts from '../i18n/locales/th/seats.json' with { type: 'json' }
import { expectLive, holdButton, choose } from './support/pages.ts'
import { expect, test } from './support/test.ts'

test('in Thai: the switch keeps the page and what is chosen, and survives a reload', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest() })
    const html = page.locator('html')
    await expect(html).toHaveAttribute('lang', 'en')
    await choose(page, ['C5'])

    await page.getByRole('button', { name: /ไทย/ }).click()
    await expect(html).toHaveAttribute('lang', 'th')
    await expect(page).toHaveURL(`/seats/${showtime.id}`)
    await expect(page.getByText(seatsTexts.legend.sold).first()).toBeVisible()
    await expect(page.getByRole('gridcell', { selected: true })).toHaveAccessibleName(new RegExp(seatsTexts.look.chosen))
    await expect(holdButton(page)).toBeHidden()

    await page.reload()
    await expect(html).toHaveAttribute('lang', 'th')
    const live = page.getByRole('status').filter({ hasText: seatsTexts.connection.live })
    await expect(live).toBeVisible()
    await page.getByRole('gridcell').first().click()
    await page.getByRole('button', { name: seatsTexts.hold.do }).click()
    await expect(page.getByRole('heading', { level: 1, name: checkoutTexts.heading })).toBeVisible()
    await expect(page.getByRole('button', { name: checkoutTexts.pay.action })).toBeVisible()
    await page.getByRole('link', { name: commonTexts.nav.bookings }).click()
    await expect(page).toHaveTitle(/[\u0e00-\u0e7f].* · Sala$/)

    await page.getByRole('button', { name: /English/ }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()
    await expect(html).toHaveAttribute('lang', 'en')
})

test('a browser that prefers Thai is greeted in Thai', async ({ visit }) => {
    const page = await visit('/login', { locale: 'th-TH' })
    await expect(page.locator('html')).toHaveAttribute('lang', 'th')
    await expect(page).toHaveTitle(/[\u0e00-\u0e7f]/)
})

test('the theme: the device’s, or the one that was chosen, also after a reload', async ({ visit, house }) => {
    const page = await visit('/bookings', { as: await house.guest() })
    const html = page.locator('html')
    const background = () => html.evaluate((element) => getComputedStyle(element).backgroundColor)
    await expect(html).toHaveAttribute('data-theme', 'night')
    const night = await background()
    await page.emulateMedia({ colorScheme: 'light' })
    await expect(html).toHaveAttribute('data-theme', 'programme')
    await page.emulateMedia({ colorScheme: 'dark' })

    await page.getByRole('button', { name: 'Theme: as on this device' }).click()
    await expect(html).toHaveAttribute('data-theme', 'night')
    await page.getByRole('button', { name: 'Theme: night' }).click()
    await expect(html).toHaveAttribute('data-theme', 'programme')
    await expect.poll(background).not.toBe(night)

    // Already the first paint is the right one: nothing may set it again later.
    await page.addInitScript(() => {
        const themes: (string | undefined)[] = []
        Object.assign(window, { themes })
        new MutationObserver(() => themes.push(document.documentElement.dataset.theme)).observe(document, {
            subtree: true,
            attributeFilter: ['data-theme'],
        })
    })
    await page.reload()
    await expect(page.getByRole('button', { name: 'Theme: programme' })).toBeVisible()
    const seen = await page.evaluate(() => (window as unknown as { themes: string[] }).themes)
    expect(new Set(seen)).toEqual(new Set(['programme']))
})

test('who wants less motion gets none', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const page = await visit(`/seats/${showtime.id}`, { as: await house.guest(), reducedMotion: 'reduce' })
    await expectLive(page)
    const durations = await page.evaluate(() =>
        [...document.querySelectorAll('*')].flatMap((element) => {
            const { transitionDuration, animationDuration } = getComputedStyle(element)
            return `${transitionDuration},${animationDuration}`.split(',').map((text) => Number.parseFloat(text))
        }),
    )
    expect(Math.max(...durations)).toBeLessThanOrEqual(0.01)
})

import { atCheckout, expectLive, expectSeats, seat, tabTo, timeOf, yourSeats } from './support/pages.ts'
import { expect, test } from './support/test.ts'

test('from the login to the ticket with nothing but the keyboard', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const page = await visit('/login')
    await tabTo(page, page.getByRole('button', { name: 'Demo User' }))
    await page.keyboard.press('Enter')

    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
    await tabTo(page, page.getByRole('searchbox', { name: 'Search by title' }))
    await page.keyboard.type(showtime.movieTitle)
    // The list follows shortly after; a link of the list before would lose the focus.
    await expect(page.getByRole('status').filter({ hasText: '1 film found' })).toHaveCount(1)
    await tabTo(page, page.getByRole('link', { name: showtime.movieTitle, exact: true }))
    await page.keyboard.press('Enter')

    await expect(page.getByRole('heading', { level: 1, name: showtime.movieTitle })).toBeVisible()
    // The days are one stop; the arrow keys walk among them.
    const link = page.getByRole('region', { name: 'Showtimes' }).getByRole('link', { name: timeOf(showtime) })
    await tabTo(page, page.getByRole('radio', { checked: true }))
    await expect(async () => {
        if (!(await page.locator(`a[href="/seats/${showtime.id}"]`).isVisible())) await page.keyboard.press('ArrowRight')
        await expect(page.locator(`a[href="/seats/${showtime.id}"]`)).toBeVisible({ timeout: 500 })
    }).toPass()
    await tabTo(page, link)
    await page.keyboard.press('Enter')

    await expectLive(page)
    // One stop leads into the room, to the middle; arrow keys move by geometry.
    await tabTo(page, page.getByRole('gridcell').and(page.locator('[tabindex="0"]')))
    await page.keyboard.press('Control+Home')
    await expect(seat(page, 'A1')).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Home')
    await expect(seat(page, 'C1')).toBeFocused()
    // Across the aisle.
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight')
    await expect(seat(page, 'C5')).toBeFocused()
    await page.keyboard.press('Space')
    await expect(page.getByRole('status').filter({ hasText: /C5 chosen\. 1 seat, ฿/ })).toHaveCount(1)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expectSeats(page, ['C5', 'C6'], 'chosen by you')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    await page.keyboard.press('Space')
    await expectSeats(page, ['C7'], 'free')
    await expect(page.getByRole('status').filter({ hasText: /C7 left\. 2 seats, ฿/ })).toHaveCount(1)

    await tabTo(page, yourSeats(page).getByRole('button', { name: 'Hold seats' }))
    await page.keyboard.press('Enter')
    await atCheckout(page)
    await expect(page.getByRole('main')).toBeFocused()

    // A dialog takes the focus and gives it back.
    const release = page.getByRole('button', { name: 'Release the seats' })
    await tabTo(page, release)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alertdialog').getByRole('button', { name: 'Keep them' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(release).toBeFocused()

    await tabTo(page, page.getByRole('button', { name: 'Pay and confirm' }))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'Enjoy the film' })).toBeVisible()
    await tabTo(page, page.getByRole('button', { name: 'Add to calendar' }))
    const saved = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    expect((await saved).suggestedFilename()).toMatch(/\.ics$/)
})

test('the skip link leads past the navigation, and the menu opens and closes', async ({ visit, house }) => {
    const page = await visit('/bookings', { as: await house.guest() })
    await expect(page.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    await expect(skip).toBeFocused()
    await expect(skip).toBeInViewport()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()

    const menu = page.getByRole('button', { name: 'Menu' })
    await menu.focus()
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('button', { name: 'Log out' }))
    await page.keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'Log out' })).toBeHidden()
    await expect(menu).toBeFocused()
})

import { adminEmail, Api } from './support/api.ts'
import { expectLive } from './support/pages.ts'
import { expect, test } from './support/test.ts'

const sessionEnded = 'Your session has ended. Log in again and carry on where you were.'

test('a deep link leads to the login and from there to where it was going', async ({ visit, house }) => {
    const showtime = await house.showtime('Studio')
    const page = await visit(`/seats/${showtime.id}`)
    await expect(page).toHaveURL(`/login?from=/seats/${showtime.id}`)
    await expect(page.getByRole('status').filter({ hasText: 'Log in to carry on to your page.' })).toBeVisible()

    await page.getByRole('button', { name: 'Demo User' }).click()
    await expect(page).toHaveURL(`/seats/${showtime.id}`)
    await expectLive(page)
    await page.goBack()
    await expect(page, 'the login does not stay in the history').not.toHaveURL(/login/)
})

for (const evil of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
    test(`the login does not lead out of the house: ${evil}`, async ({ visit, house }) => {
        const page = await visit(`/login?from=${encodeURIComponent(evil)}`)
        await page.getByRole('button', { name: 'Demo User' }).click()
        await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
        expect(page.url()).toBe(`${house.url}/`)
    })
}

test('every page but the login asks for a session', async ({ visit }) => {
    const page = await visit('/')
    await expect(page).toHaveURL('/login')
    const id = 'a'.repeat(24)
    for (const path of ['/bookings', `/showtimes/${id}`, `/checkout/${id}`, `/tickets/${id}`, '/admin', '/admin/audit-logs?type=BookingLocked']) {
        await page.goto(path)
        await expect(page).toHaveURL(`/login?from=${path}`)
    }
})

test('the box office is for staff', async ({ visit, house, watch }) => {
    const guest = await house.guest()
    const page = await visit('/', { as: guest })
    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Box office' })).toHaveCount(0)

    for (const path of ['/admin', '/admin/bookings', '/admin/audit-logs']) {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1, name: 'For staff' })).toBeVisible()
        await expect(page.getByText(`You are logged in as ${guest.session.user.email}.`)).toBeVisible()
    }
    // The page has not even asked; and had it, the server would have refused.
    expect(watch.complaints).toEqual([])
    await expect(guest.dashboard()).rejects.toThrow('403')

    await page.getByRole('link', { name: 'See what’s showing' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
    await page.goto('/admin')
    await page.getByRole('button', { name: 'Log in with another account' }).click()
    await page.getByRole('button', { name: 'Demo Admin' }).click()
    await page.goto('/admin')
    await expect(page.getByRole('navigation', { name: 'Box office' })).toBeVisible()
})

test('a token the server does not take ends the session and says so', async ({ visit, house, watch }) => {
    const guest = await house.guest()
    const forged = guest.with({ token: `${guest.session.token.slice(0, -4)}AAAA` })
    watch.allow(/^401 GET /)
    const page = await visit('/bookings', { as: forged })
    await expect(page.getByText(sessionEnded)).toBeVisible()
    await page.getByRole('button', { name: 'Demo User' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()
})

test('a session whose time is up ends while one looks, and goes on where it was', async ({ visit, house }) => {
    const guest = await house.guest()
    const soon = guest.with({ expiresAt: new Date(Date.now() + 8_000).toISOString() })
    const page = await visit('/bookings', { as: soon })
    await expect(page.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()

    await expect(page.getByText(sessionEnded)).toBeVisible({ timeout: 15_000 })
    await expect(page).toHaveURL('/login?from=/bookings&expired=1')
    await page.getByRole('button', { name: 'Demo User' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()
})

test('who logs out in one tab is logged out in all; who logs in again is back in all', async ({ visit, house }) => {
    const page = await visit('/', { as: await house.guest() })
    const other = await page.context().newPage()
    await other.goto('/bookings')
    await expect(other.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()

    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('button', { name: 'Log out' }).click()
    await expect(page).toHaveURL('/login')
    await expect(other).toHaveURL('/login?from=/bookings')

    await page.getByRole('button', { name: 'Demo User' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
    await expect(other.getByRole('heading', { level: 1, name: 'My bookings' })).toBeVisible()
})

test('an address that leads nowhere says so, and leads on', async ({ visit, house }) => {
    const page = await visit('/no/such/page', { as: await Api.login(house.url, adminEmail) })
    await expect(page.getByRole('heading', { level: 1, name: 'There is no seat at this address' })).toBeVisible()
    await page.getByRole('link', { name: 'See what’s showing' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
})

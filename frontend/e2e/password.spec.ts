import { Api } from './support/api.ts'
import { hold, payAndConfirm } from './support/pages.ts'
import { expect, test } from './support/test.ts'

const email = 'anong@example.org'
const password = 'pomelo-lantern-47-river'

test('a real box office: accounts with passwords, and no demo', async ({ visit, newHouse, watch }) => {
    const house = await newHouse({ DEMO_LOGIN: 'false' })
    house.server.run(['user', 'add', '--email', email, '--name', 'Anong Sukjai'], `${password}\n`)
    watch.allow(/^401 POST \/api\/auth\/login$/)

    const page = await visit('/login', { at: house })
    await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible()
    await expect(page.getByRole('button', { name: /Demo/ })).toHaveCount(0)
    await expect(page.getByText('Come in and look around')).toHaveCount(0)
    const emailField = page.getByRole('textbox', { name: 'E-mail' })
    const passwordField = page.getByLabel('Password', { exact: true })

    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(emailField).toHaveAccessibleDescription(/Enter an e-mail address/)
    await expect(passwordField).toHaveAccessibleDescription(/Enter your password/)
    await expect(emailField).toBeFocused()

    await emailField.fill(email)
    await passwordField.fill('not-it-at-all')
    await passwordField.press('Enter')
    await expect(passwordField).toHaveAccessibleDescription('E-mail or password is not right.')
    await expect(passwordField).toBeFocused()
    await expect(page).toHaveURL('/login')

    await passwordField.fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Now showing' })).toBeVisible()
    await page.getByRole('button', { name: 'Menu' }).click()
    await expect(page.getByText('Anong Sukjai')).toBeVisible()

    const me = await Api.login(house.url, email, password)
    const [showtime] = (await me.showtimes()).filter(({ auditoriumName }) => auditoriumName === 'Studio').slice(-1)
    await page.goto(`/seats/${showtime!.id}`)
    const bookingId = await hold(page, ['C5'])
    await payAndConfirm(page)
    expect(await me.booking(bookingId)).toMatchObject({ status: 'BOOKED' })
})

test('too many wrong passwords: when to come back', async ({ visit, newHouse, watch }) => {
    const house = await newHouse({ DEMO_LOGIN: 'false', LOGIN_FAILURES_MAX: '2', LOGIN_WINDOW_SECONDS: '120' })
    watch.allow(/^(401|429) POST \/api\/auth\/login$/)
    const page = await visit('/login', { at: house })
    await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
    const passwordField = page.getByLabel('Password', { exact: true })
    for (const wrong of ['first-wrong-one', 'second-wrong-one']) {
        await passwordField.fill(wrong)
        await passwordField.press('Enter')
        await expect(passwordField).toHaveAccessibleDescription('E-mail or password is not right.')
        await expect(page.getByRole('button', { name: 'Log in' })).toBeEnabled()
    }
    await passwordField.press('Enter')
    await expect(page.getByText(/Too many attempts. Try again in \d+ minutes?\./)).toBeVisible()
})

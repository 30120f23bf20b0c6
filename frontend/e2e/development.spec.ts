import { Api } from './support/api.ts'
import { develop, type DevelopmentServer } from './support/developing.ts'
import { atCheckout, choose, connection, expectLive, expectSeats, holdButton } from './support/pages.ts'
import { expect, test as base } from './support/test.ts'

/** Vite puts together what a page is made of when the page is first opened. */
const firstPageMs = 45_000

const test = base.extend<{ server: DevelopmentServer }>({
    server: async ({ house }, use) => {
        const server = await develop(house.url)
        await use(server)
        await server.stop()
    },
})

// The server comes first, because it has to outlive the browsers.
test('while developing, too, a hold in one browser is seen in another', async ({ server, visit, house }) => {
    const showtime = await house.showtime('Studio')
    const path = `/seats/${showtime.id}`
    const login = (name: string) => Api.login(server.url, `${name}@example.org`)
    const ada = await visit(path, { as: await login('ada') })
    await expect(connection(ada, 'Live')).toBeVisible({ timeout: firstPageMs })

    // Vite's own socket, which brings what is changed in the source into the page, lives beside it.
    const reloading = ada.waitForEvent('console', (message) => message.text() === '[vite] connected.')
    await ada.reload()
    await reloading
    await expectLive(ada)

    const bob = await visit(path, { as: await login('bob') })
    await expectLive(bob)
    await choose(ada, ['C5', 'C6'])
    await holdButton(ada).click()
    await expect(ada).toHaveURL(/\/checkout\//, { timeout: firstPageMs })
    await atCheckout(ada)
    await expectSeats(bob, ['C5', 'C6'], 'being held by somebody')
    expect(await (await house.guest()).stateOf(showtime.id, ['C5', 'C6'])).toEqual(['LOCKED', 'LOCKED'])
})

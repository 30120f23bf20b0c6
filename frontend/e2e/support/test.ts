import { test as base, expect, type BrowserContextOptions, type Page } from '@playwright/test'
import type { Api } from './api.ts'
import { House } from './house.ts'
import type { Settings } from './server.ts'
import { Watch } from './watch.ts'

export interface VisitOptions extends BrowserContextOptions {
    /** Who is logged in, and where; without it nobody, at the worker's house. */
    as?: Api
    /** The server's address, for a visitor who is not logged in. */
    at?: House
    /** What the browser remembers besides the session. */
    stored?: Record<string, string>
}

interface TestFixtures {
    /** Must find nothing at the end of each test. */
    watch: Watch
    /** Opens a page in a browser of its own, as another person on another device. */
    visit: (path: string, options?: VisitOptions) => Promise<Page>
    /** A house with other settings, or one that the test stops. */
    newHouse: (settings?: Settings) => Promise<House>
}

interface WorkerFixtures {
    /** The house of all tests of a worker that need nothing special; each takes its own showtimes. */
    house: House
}

/** A phone: width, fingers, and a page that reckons with both. */
export const phone = {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
} satisfies BrowserContextOptions

/** Nobody has any complaint about the server: no error in its log, no answer of 5xx. */
function expectQuietLog(house: House, from = 0): void {
    const lines = house.server.log().slice(from).split('\n')
    expect(lines.filter((line) => /"level":"(error|critical)"|"status":5\d\d/.test(line))).toEqual([])
}

function storageOf(url: string, { as, stored }: VisitOptions) {
    const values = { ...stored, ...(as && { 'cinema.session': JSON.stringify(as.session) }) }
    const localStorage = Object.entries(values).map(([name, value]) => ({ name, value }))
    return { cookies: [], origins: [{ origin: url, localStorage }] }
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
    house: [
        async ({}, use) => {
            const house = await House.open()
            await use(house)
            await house.server.dispose()
        },
        { scope: 'worker' },
    ],

    watch: async ({}, use) => {
        const watch = new Watch()
        await use(watch)
        expect(watch.complaints, 'console, requests and security policy').toEqual([])
    },

    // Houses are closed after the browsers in them.
    visit: async ({ browser, house, newHouse: _houses, watch }, use) => {
        const logStart = house.server.log().length
        const contexts: Awaited<ReturnType<typeof browser.newContext>>[] = []
        await use(async (path, options = {}) => {
            const url = options.as?.url ?? options.at?.url ?? house.url
            const { as: _as, at: _at, stored: _stored, ...rest } = options
            const context = await browser.newContext({
                baseURL: url,
                storageState: storageOf(url, options),
                ...rest,
            })
            contexts.push(context)
            await watch.follow(context)
            const page = await context.newPage()
            await page.goto(path)
            return page
        })
        for (const context of contexts) await context.close()
        expectQuietLog(house, logStart)
    },

    newHouse: async ({}, use) => {
        const houses: House[] = []
        await use(async (settings) => {
            const house = await House.open(settings)
            houses.push(house)
            return house
        })
        for (const house of houses) {
            await house.server.stop()
            expectQuietLog(house)
            await house.server.dispose()
        }
    },
})

export { expect }

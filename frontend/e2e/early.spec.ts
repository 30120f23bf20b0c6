import type { Page } from '@playwright/test'
import { expectLive } from './support/pages.ts'
import { scenery } from './support/scenery.ts'
import { expect, test } from './support/test.ts'

declare global {
    interface Window {
        cinemaEarly?: Map<string, unknown>
    }
}

/** What tools/boot.js has asked for and no page has wanted. */
const leftOver = (page: Page) => page.evaluate(() => [...(window.cinemaEarly?.keys() ?? ['nothing early'])])

/** What a page has asked for, by address, with how often. */
function asked(page: Page): () => string[] {
    const seen: string[] = []
    page.on('request', (request) => {
        const { pathname, search } = new URL(request.url())
        if (request.method() === 'GET' && pathname.startsWith('/api/')) seen.push(pathname + search)
    })
    return () => seen
}

test('what is asked for before the app is there is what the page wants, and is asked for once', async ({ visit, newHouse }) => {
    const scene = await scenery(await newHouse())
    const page = await visit('/', { as: scene.guest })
    const heading = (name: string | RegExp) => expect(page.getByRole('heading', { name }).first()).toBeVisible()
    // Every page: which of them boot.js knows is its own business, but never to ask in vain.
    const pages: [path: string, early: number, ready: () => Promise<void>][] = [
        ['/', 3, () => expect(page.getByRole('article').first()).toBeVisible()],
        [`/showtimes/${scene.showtime.movieId}`, 3, () => heading(scene.showtime.movieTitle)],
        [`/seats/${scene.showtime.id}`, 2, () => expectLive(page)],
        [`/checkout/${scene.held}`, 1, () => heading('Nearly in your seats')],
        [`/tickets/${scene.bought}`, 1, () => heading('Your ticket')],
        ['/bookings', 1, () => heading('Coming up')],
        ['/no/such/page', 1, () => heading(/no seat at this address/)],
    ]
    for (const [path, early, ready] of pages) {
        // What the page before is still asking for is not this one's.
        await page.goto('about:blank')
        const seen = asked(page)
        await page.goto(path)
        await ready()
        await expect.poll(() => leftOver(page), path).toEqual([])
        const urls = seen()
        // These are the first: nothing of the app has run by then.
        for (const url of urls.slice(0, early)) expect(urls.filter((other) => other === url), path).toHaveLength(1)
        page.removeAllListeners('request')
    }
})

/* eslint no-console: "off" -- what is said there is what is tested */
import { Watch } from './support/watch.ts'
import { expect, test } from './support/test.ts'

/** What all the other tests rely on to notice what nobody looks at. */
test('the watch notices what goes wrong in a browser', async ({ browser, house }) => {
    const watch = new Watch()
    const context = await browser.newContext({ baseURL: house.url })
    await watch.follow(context)
    const page = await context.newPage()
    await page.goto('/login')
    await expect(page.getByRole('button', { name: 'Demo User' })).toBeVisible()
    expect(watch.complaints).toEqual([])

    await page.evaluate(async () => {
        console.error('an error')
        console.warn('a warning')
        setTimeout(() => {
            throw new Error('an exception')
        })
        const script = document.createElement('script')
        script.textContent = 'window.inline = true'
        document.head.append(script)
        await fetch('/api/bookings')
        await fetch('http://127.0.0.1:9/').catch(() => undefined)
    })
    expect(await page.evaluate(() => 'inline' in window), 'the policy forbids inline scripts').toBe(false)
    for (const expected of [
        /^console error: an error/,
        /^console warning: a warning/,
        /^exception: .*an exception/,
        /^CSP: script-src/,
        /^401 GET \/api\/bookings$/,
        /^CSP: connect-src/,
    ]) {
        await expect.poll(() => watch.complaints).toContainEqual(expect.stringMatching(expected))
    }
    watch.allow(/^401 GET/)
    expect(watch.complaints.some((complaint) => complaint.startsWith('401'))).toBe(false)
    await context.close()
})

test('a request that nobody answers is noticed, too', async ({ browser, newHouse }) => {
    const house = await newHouse()
    const watch = new Watch()
    const context = await browser.newContext({ baseURL: house.url })
    await watch.follow(context)
    const page = await context.newPage()
    await page.goto('/login')
    await expect(page.getByRole('button', { name: 'Demo User' })).toBeVisible()
    await house.server.kill()
    await page.evaluate(() => fetch('/api/site').catch(() => undefined))
    await expect.poll(() => watch.complaints).toContainEqual(expect.stringMatching(/^failed GET \/api\/site: net::/))
    await context.close()
})

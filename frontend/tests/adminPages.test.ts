import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import AuditLogs from '~/pages/admin/audit-logs.vue'
import Bookings from '~/pages/admin/bookings.vue'
import Dashboard from '~/pages/admin/index.vue'
import { useSiteStore } from '~/stores/site'
import { booking, dashboard, entry, ids } from './support/boxOffice'
import { setLocale } from './support/i18n'
import { flushPromises, mount } from './support/mount'
import { fakeServer, networkDown, problem, type Reply, type Request } from './support/server'

type Answer = (request: Request) => Reply | Promise<Reply>
let answers: Record<string, Answer>
let requests: Request[]
let router: Router

beforeEach(() => {
    answers = {
        '/api/admin/dashboard': () => ({ body: dashboard() }),
        '/api/admin/bookings': () => ({ body: [booking()] }),
        [`/api/admin/bookings/${ids.booking}`]: () => ({ body: booking() }),
        '/api/admin/audit-logs': () => ({ body: [entry()], headers: { etag: '"1"' } }),
        '/api/movies': () => ({ body: [] }),
        '/api/showtimes': () => ({ body: [] }),
    }
    const server = fakeServer((request) => {
        const answer = answers[request.url]
        if (!answer) throw new Error(`nobody answers ${request.url}`)
        return answer(request)
    })
    requests = server.requests
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
    const site = useSiteStore()
    site.info = { ...site.info, timeZone: 'Asia/Bangkok' }
})
afterEach(() => vi.useRealTimers())

/** NuxtLink as far as it matters: an anchor with the address that the router makes of `to`. */
const link = defineComponent({
    props: { to: { type: [String, Object], required: true } },
    setup: (props, { slots }) => () => h('a', { href: router.resolve(props.to).href }, slots.default?.()),
})

const pages = { '/admin': Dashboard, '/admin/bookings': Bookings, '/admin/audit-logs': AuditLogs }
async function open(address: string) {
    router = createRouter({
        history: createMemoryHistory(),
        routes: Object.entries(pages).map(([path, component]) => ({ path, component })),
    })
    await router.push(address)
    const App = defineComponent(() => () => h(pages[router.currentRoute.value.path as '/admin']))
    const page = mount(App, {
        attachTo: document.body,
        // The plot is drawn as SVG, with sizes that only a browser knows.
        global: { plugins: [router], components: { NuxtLink: link }, stubs: { LazyAdminRevenuePlot: true } },
    })
    await flushPromises()
    return page
}
const asked = (url: string) => requests.filter((request) => request.url === url)

describe('the dashboard', () => {
    it('shows the day’s figures', async () => {
        const page = await open('/admin')
        const text = page.text()
        expect(text).toContain('Tuesday, 24 November 2026')
        expect(text).toContain('฿1,200')
        expect(text).toContain('2 seats')
        expect(text).toContain('In 1 booking, worth ฿480.')
        expect(text).toContain('Inception')
        expect(text).toContain('5 booked · 2 held · 83 free')
        expect(text).toContain('As of 24 Nov 2026, 19:31:12')
        expect(page.get('a[href*="showtime="]').attributes('href')).toBe(`/admin/bookings?day=2026-11-24&showtime=${ids.showtime}`)
    })
    it('leaves out what is over until it is asked for', async () => {
        const [show] = dashboard().occupancy
        const over = { ...show!, showtimeId: '1'.repeat(24), movieTitle: 'Matinee', startTime: '2026-11-24T05:00:00.000Z', endTime: '2026-11-24T07:00:00.000Z' }
        answers['/api/admin/dashboard'] = () => ({ body: dashboard({ occupancy: [over, show!] }) })
        const page = await open('/admin')
        expect(page.text()).not.toContain('Matinee')
        await page.findAll('button').find((found) => found.text() === 'Show 1 that is over')!.trigger('click')
        expect(page.text()).toContain('Matinee')
        expect(page.text()).toContain('Hide what is over')
    })
    it('of a new cinema is calm', async () => {
        answers['/api/admin/dashboard'] = () => ({
            body: dashboard({
                today: { date: '2026-11-24', bookings: 0, seats: 0, revenue: [], refunds: { bookings: 0, amount: [] } },
                revenueByDay: [{ date: '2026-11-24', bookings: 0, seats: 0, revenue: [] }],
                holds: { bookings: 0, seats: 0, amount: [] },
                occupancy: [],
            }),
        })
        answers['/api/admin/audit-logs'] = () => ({ body: [] })
        const text = (await open('/admin')).text()
        for (const words of ['Nothing has been sold yet today.', 'Nobody is holding seats', 'No showtimes', 'No sales yet', 'All quiet']) {
            expect(text).toContain(words)
        }
    })
    it('that cannot be loaded can be tried again', async () => {
        answers['/api/admin/dashboard'] = networkDown
        const page = await open('/admin')
        expect(page.get('[role=alert]').text()).toContain('no connection')
        answers['/api/admin/dashboard'] = () => ({ body: dashboard() })
        await page.get('[role=alert] button').trigger('click')
        await flushPromises()
        expect(page.find('[role=alert]').exists()).toBe(false)
        expect(page.text()).toContain('฿1,200')
    })
    it('keeps its figures when no newer ones come, and says so', async () => {
        const page = await open('/admin')
        answers['/api/admin/dashboard'] = networkDown
        await page.get('button[aria-label="Refresh the figures"]').trigger('click')
        await flushPromises()
        expect(page.text()).toContain('No newer figures. Trying again.')
        expect(page.text()).toContain('฿1,200')
    })
    it('tells what happens in words, with the way to the booking', async () => {
        const page = await open('/admin')
        expect(page.text()).toContain('A1–A3 sold for ฿1,200')
        expect(page.find(`a[href="/admin?detail=${ids.booking}"]`).exists()).toBe(true)
    })
    it('asks for events only if there are new ones', async () => {
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
        const page = await open('/admin')
        answers['/api/admin/audit-logs'] = () => ({ status: 304, headers: { etag: '"1"' } })
        await vi.advanceTimersByTimeAsync(3000)
        expect(asked('/api/admin/audit-logs')[1]!.headers['If-None-Match']).toBe('"1"')
        expect(page.text()).toContain('A1–A3 sold for ฿1,200')
        answers['/api/admin/audit-logs'] = () => ({
            body: [entry({ eventId: 'later', eventType: 'BookingExpired' }), entry()],
            headers: { etag: '"2"' },
        })
        await vi.advanceTimersByTimeAsync(3000)
        expect(page.text().match(/A1–A3 sold/g)).toHaveLength(1)
        expect(page.text()).toContain('Hold on A1–A3 ran out')
    })
    it('speaks Thai', async () => {
        await setLocale('th')
        expect((await open('/admin')).text()).toContain('ขายที่นั่ง A1–A3 ยอด ฿1,200')
    })
})

describe('the bookings', () => {
    it('are asked for as the address says', async () => {
        await open(`/admin/bookings?status=BOOKED&q=demo&film=${ids.movie}&user=${ids.user}&cursor=a&cursor=b`)
        expect(asked('/api/admin/bookings')[0]!.params).toEqual({
            q: 'demo',
            status: 'BOOKED',
            movie_id: ids.movie,
            showtime_id: undefined,
            user_id: ids.user,
            limit: 50,
            cursor: 'b',
        })
    })
    it('go to older pages and back, in the address', async () => {
        answers['/api/admin/bookings'] = ({ params }) => ({
            body: [booking({ userName: (params as { cursor?: string }).cursor ? 'Older' : 'Newest' })],
            headers: { link: '</api/admin/bookings?limit=50&cursor=next>; rel="next"' },
        })
        const page = await open('/admin/bookings?status=BOOKED')
        const button = (text: string) => page.findAll('nav button').find((found) => found.text() === text)!
        expect(button('Newer').attributes('disabled')).toBeDefined()
        await button('Older').trigger('click')
        await flushPromises()
        expect(router.currentRoute.value.query).toEqual({ status: 'BOOKED', cursor: ['next'] })
        expect(page.text()).toContain('Older')
        await button('Newer').trigger('click')
        await flushPromises()
        expect(router.currentRoute.value.query).toEqual({ status: 'BOOKED' })
        expect(page.text()).toContain('Newest')
    })
    it('a filter starts again with the newest', async () => {
        const page = await open('/admin/bookings?cursor=a')
        await page.get('select').setValue('LOCKED')
        await flushPromises()
        expect(router.currentRoute.value.query).toEqual({ status: 'LOCKED' })
        expect(asked('/api/admin/bookings').at(-1)!.params).toMatchObject({ status: 'LOCKED', cursor: undefined })
    })
    it('of a day are those of a showtime on it that is still to come', async () => {
        const shows = [
            { id: '1'.repeat(24), startTime: '2000-01-01T10:00:00.000Z', endTime: '2000-01-01T12:00:00.000Z' },
            { id: '2'.repeat(24), startTime: '2000-01-01T13:00:00.000Z', endTime: '2999-01-01T15:00:00.000Z' },
            // The next day in Bangkok.
            { id: '3'.repeat(24), startTime: '2000-01-01T18:00:00.000Z', endTime: '2999-01-01T20:00:00.000Z' },
        ].map((show) => ({ ...show, movieId: ids.movie, movieTitle: 'Up', auditoriumName: 'Studio' }))
        answers['/api/showtimes'] = ({ params }) => ({
            body: (params as { date: string }).date === '2000-01-01' ? shows : [],
        })
        await open('/admin/bookings?day=2000-01-01')
        expect(asked('/api/showtimes').map(({ params }) => (params as { date: string }).date)).toEqual(['1999-12-31', '2000-01-01'])
        expect(router.currentRoute.value.query).toEqual({ day: '2000-01-01', showtime: '2'.repeat(24) })
        expect(asked('/api/admin/bookings').at(-1)!.params).toMatchObject({ showtime_id: '2'.repeat(24) })
    })
    it('a search that the server refuses is told at its field', async () => {
        answers['/api/admin/bookings'] = () => problem(422, 'validation', { errors: [{ field: 'q', message: 'too long' }] })
        const page = await open('/admin/bookings?q=x')
        const input = page.get('input[type=search]')
        expect(input.attributes('aria-invalid')).toBe('true')
        expect(document.getElementById(input.attributes('aria-describedby')!)?.textContent).toContain('too long or cannot be read')
    })
    it('that match nothing offer a way out', async () => {
        answers['/api/admin/bookings'] = () => ({ body: [] })
        const page = await open('/admin/bookings?q=nobody')
        expect(page.text()).toContain('No booking matches')
    })
})

describe('one booking', () => {
    const held = () => booking({ status: 'LOCKED', paymentStatus: undefined, lockExpiresAt: '2999-01-01T00:00:00.000Z' })
    const button = (text: string) =>
        [...document.querySelectorAll<HTMLButtonElement>('button')].filter((found) => found.textContent?.trim() === text).at(-1)

    it('opens beside the list, with what happened to it', async () => {
        await open(`/admin/bookings?detail=${ids.booking}`)
        const sheet = document.querySelector('[role=dialog]')!
        expect(sheet.textContent).toContain('Booking D4E5-F708')
        expect(sheet.textContent).toContain('A1–A3 sold for ฿1,200')
        expect(asked('/api/admin/audit-logs')[0]!.params).toMatchObject({ booking_id: ids.booking })
        expect(button('Release seats')).toBeUndefined()
    })
    it('that is held can be released, after a question', async () => {
        answers[`/api/admin/bookings/${ids.booking}`] = () => ({ body: held() })
        answers[`/api/bookings/${ids.booking}/cancel`] = () => ({ body: booking({ status: 'CANCELLED' }) })
        await open(`/admin/bookings?detail=${ids.booking}`)
        button('Release seats')!.click()
        await flushPromises()
        expect(document.querySelector('[role=alertdialog]')?.textContent).toContain('The hold of Somchai ends at once')
        expect(asked(`/api/bookings/${ids.booking}/cancel`)).toHaveLength(0)
        answers[`/api/admin/bookings/${ids.booking}`] = () => ({ body: booking({ status: 'CANCELLED' }) })
        button('Release seats')!.click()
        await flushPromises()
        expect(asked(`/api/bookings/${ids.booking}/cancel`)).toHaveLength(1)
        expect(asked('/api/admin/bookings')).toHaveLength(2)
        expect(document.querySelector('[role=alertdialog]')).toBeNull()
        expect(document.querySelector('[role=dialog]')?.textContent).toContain('Cancelled')
    })
    it('is asked for again until its end is in the trail', async () => {
        vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
        answers['/api/admin/audit-logs'] = () => ({ body: [entry({ eventType: 'BookingLocked' })] })
        await open(`/admin/bookings?detail=${ids.booking}`)
        answers['/api/admin/audit-logs'] = () => ({ body: [entry(), entry({ eventId: 'first', eventType: 'BookingLocked' })] })
        await vi.advanceTimersByTimeAsync(2000)
        await flushPromises()
        expect(document.querySelector('[role=dialog]')?.textContent).toMatch(/held for .* sold for/s)
        await vi.advanceTimersByTimeAsync(10_000)
        expect(asked('/api/admin/audit-logs')).toHaveLength(2)
    })
    it('keeps the question open when there is no connection', async () => {
        answers[`/api/admin/bookings/${ids.booking}`] = () => ({ body: held() })
        answers[`/api/bookings/${ids.booking}/cancel`] = networkDown
        await open(`/admin/bookings?detail=${ids.booking}`)
        button('Release seats')!.click()
        await flushPromises()
        button('Release seats')!.click()
        await flushPromises()
        expect(document.querySelector('[role=alertdialog]')).not.toBeNull()
    })
})

describe('the audit log', () => {
    it('is filtered by the cinema’s clock', async () => {
        await open('/admin/audit-logs?type=BookingConfirmed&from=2026-11-24T00:00')
        expect(asked('/api/admin/audit-logs')[0]!.params).toMatchObject({
            event_type: 'BookingConfirmed',
            date_from: '2026-11-23T17:00:00.000Z',
            date_to: undefined,
        })
    })
    it('tells wrong filters at their fields and offers no file of them', async () => {
        answers['/api/admin/audit-logs'] = () =>
            problem(422, 'validation', { errors: [{ field: 'booking_id', message: 'Must be an id.' }] })
        const page = await open('/admin/audit-logs?booking=xyz&from=2026-11-24T00:00&to=2026-11-23T00:00')
        expect(page.findAll('[aria-invalid=true]')).toHaveLength(2)
        expect(page.text()).toContain('A booking id has 24 digits')
        expect(page.text()).toContain('later than the beginning')
        expect(page.findAll('button').find((found) => found.text() === 'Download CSV')!.attributes('disabled')).toBeDefined()
    })
    it('unfolds an entry to its payload', async () => {
        const page = await open('/admin/audit-logs')
        const toggle = page.get('button[aria-expanded]')
        await toggle.trigger('click')
        expect(toggle.attributes('aria-expanded')).toBe('true')
        expect(JSON.parse(page.get('pre').text())).toEqual({ amount: 120_000, currency: 'THB' })
    })
    it('downloads what is filtered and says how much that is', async () => {
        answers['/api/admin/audit-logs.csv'] = () => ({ body: new Blob(['id\r\n1\r\n2\r\n']) })
        const saved: string[] = []
        vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
            saved.push(this.download)
        })
        const page = await open('/admin/audit-logs?type=BookingExpired')
        await page.findAll('button').find((found) => found.text() === 'Download CSV')!.trigger('click')
        await flushPromises()
        expect(asked('/api/admin/audit-logs.csv')[0]!.params).toMatchObject({ event_type: 'BookingExpired', limit: 50_000 })
        expect(saved[0]).toMatch(/^audit-log_BookingExpired_\d{4}-\d\d-\d\d\.csv$/)
        expect(page.text()).toContain('2 rows saved.')
    })
})

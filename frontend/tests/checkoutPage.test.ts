import { flushPromises, mount } from '@vue/test-utils'
import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { routeLocationKey } from 'vue-router'
import type { BookingDetail } from '~/composables/useBooking'
import { useFreshTicket } from '~/composables/useFreshTicket'
import { setServerOffset } from '~/composables/useServerClock'
import Page from '~/pages/checkout/[bookingId].vue'
import { useAuthStore } from '~/stores/auth'
import { useSiteStore } from '~/stores/site'
import { bookingOf, owner, showtimeOf } from './support/bookings'
import { navigateTo } from './support/nuxt'
import { fakeServer, problem, type Reply } from './support/server'

let booking: BookingDetail
let showtime: () => Reply
let posted: string[]
let page: ReturnType<typeof mount>

/** A hold of five minutes with so much left of it. */
function held(leftMs: number, changes: Partial<BookingDetail> = {}): BookingDetail {
    const end = Date.now() + leftMs
    return bookingOf({
        createdAt: new Date(end - 300_000).toISOString(),
        lockExpiresAt: new Date(end).toISOString(),
        showtimeStart: new Date(end + 3_600_000).toISOString(),
        ...changes,
    })
}
async function open() {
    page = mount(Page, {
        attachTo: document.body,
        global: { provide: { [routeLocationKey as symbol]: { params: { bookingId: booking.id } } } },
    })
    await flushPromises()
}
const button = (text: string) => page.findAll('button').find((found) => found.text() === text)
const link = (text: string) => page.findAll('a').find((found) => found.text() === text)

beforeEach(() => {
    booking = held(240_000)
    showtime = () => ({ body: showtimeOf() })
    posted = []
    const server = fakeServer(async ({ method, url }) => {
        if (method === 'post') {
            posted.push(url.split('/').at(-1)!)
            if (url.endsWith('/confirm')) booking = { ...booking, status: 'BOOKED' }
            if (url.endsWith('/cancel')) booking = { ...booking, status: 'CANCELLED' }
            return { body: url.endsWith('/pay') ? { paymentId: 'p', status: 'SUCCESS' } : booking }
        }
        if (url.startsWith('/api/bookings/')) return { body: booking }
        return url.startsWith('/api/showtimes/') ? showtime() : problem(404, 'not-found')
    })
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
    useAuthStore().session = { token: 'a.b.c', expiresAt: '2999-01-01T00:00:00.000Z', user: owner }
    useSiteStore().info = { ...useSiteStore().info, name: 'Sala', timeZone: 'Asia/Bangkok' }
    navigateTo.mockReset()
})
afterEach(() => {
    page.unmount()
    setServerOffset(0)
})

describe('the order', () => {
    it('names each seat with its price, and the total', async () => {
        await open()
        const lines = page.findAll('li').map((line) => line.text())
        expect(lines.filter((line) => line.startsWith('A'))).toHaveLength(2)
        expect(lines[0]).toMatch(/A1.*Row A, seat 1.*Standard.*฿240/s)
        expect(page.text()).toContain('฿480')
        expect(page.text()).toContain('No card is asked for')
        expect(page.get('[role=timer]').text()).toMatch(/(4:00|3:59)$/)
    })
    it('shows only the amount when the prices have changed since', async () => {
        showtime = () => ({ body: showtimeOf({ prices: { standard: 99_000, premium: 99_000 } }) })
        await open()
        expect(page.text()).toContain('฿480')
        expect(page.text()).not.toContain('฿990')
    })
})

describe('pay and confirm', () => {
    it('leads to the ticket, once for two clicks', async () => {
        await open()
        await button('Pay and confirm')!.trigger('click')
        await page.findAll('button').find((found) => found.attributes('aria-busy'))!.trigger('click')
        await flushPromises()
        expect(posted).toEqual(['pay', 'confirm'])
        expect(navigateTo.mock.calls).toEqual([[`/tickets/${booking.id}`, { replace: true }]])
        expect(useFreshTicket().take(booking.id)).toBe(true)
    })
    it('is over already: leads to the ticket, which is not new', async () => {
        booking = held(240_000, { status: 'BOOKED' })
        await open()
        expect(navigateTo.mock.calls).toEqual([[`/tickets/${booking.id}`, { replace: true }]])
        expect(useFreshTicket().take(booking.id)).toBe(false)
    })
})

describe('release', () => {
    it('asks first, then leads back to the map', async () => {
        await open()
        await button('Release the seats')!.trigger('click')
        await flushPromises()
        const dialog = document.querySelector('[role=alertdialog]')!
        expect(dialog.textContent).toContain('A1 and A2 go back on sale')
        expect(posted).toEqual([])
        const release = [...dialog.querySelectorAll('button')].find((found) => found.textContent?.trim() === 'Release')!
        release.click()
        await flushPromises()
        expect(posted).toEqual(['cancel'])
        expect(navigateTo.mock.calls).toEqual([[`/seats/${booking.showtimeId}`, { replace: true }]])
        expect(page.text()).not.toContain('were given back')
    })
})

describe('no more', () => {
    it('says so when the hold ends under one’s eyes, with the focus on it', async () => {
        await open()
        expect(button('Pay and confirm')).toBeDefined()
        setServerOffset(240_001)
        await flushPromises()
        expect(button('Pay and confirm')).toBeUndefined()
        expect(page.get('h1').text()).toBe('The time for these seats has run out')
        expect(document.activeElement).toBe(page.get('h1').element)
        expect(page.text()).toContain('Nothing was charged.')
        expect(link('Choose seats again')!.attributes('href')).toBe(`/seats/${booking.showtimeId}`)
    })
    it('says where the money is', async () => {
        booking = held(240_000, { status: 'CANCELLED', paymentStatus: 'REFUNDED' })
        await open()
        expect(page.text()).toContain('You had paid ฿480; the money was given back.')
    })
    it('does not lead to a map that sells no more seats', async () => {
        booking = held(-1, { showtimeStart: new Date(Date.now() - 1_000).toISOString() })
        await open()
        expect(link('Choose seats again')).toBeUndefined()
        expect(page.text()).toContain('The film has begun')
    })
    it('tells nothing of somebody else’s order', async () => {
        booking = held(240_000, { userId: '674350e0a4f1b2c3d4e5f600' })
        await open()
        expect(page.get('h1').text()).toBe('There is no such order')
        expect(page.text()).not.toContain(booking.movieTitle)
        expect(posted).toEqual([])
    })
})

import { flushPromises, mount } from '@vue/test-utils'
import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { routeLocationKey } from 'vue-router'
import type { BookingDetail } from '~/composables/useBooking'
import { useFreshTicket } from '~/composables/useFreshTicket'
import Page from '~/pages/tickets/[bookingId].vue'
import { useSiteStore } from '~/stores/site'
import { bookingOf } from './support/bookings'
import { fakeServer, problem, type Reply } from './support/server'

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
let answer: () => Reply
let page: ReturnType<typeof mount>

async function open(changes: Partial<BookingDetail>) {
    const booking = bookingOf({ showtimeStart: inHours(3), showtimeEnd: inHours(5), ...changes })
    answer ??= () => ({ body: booking })
    page = mount(Page, {
        attachTo: document.body,
        global: { provide: { [routeLocationKey as symbol]: { params: { bookingId: booking.id } } } },
    })
    await flushPromises()
    return booking
}
const button = (text: string) => page.findAll('button').find((found) => found.text() === text)

beforeEach(() => {
    answer = undefined!
    const server = fakeServer(async ({ url }) => (url.startsWith('/api/bookings/') ? answer() : problem(404, 'not-found')))
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
    useSiteStore().info = { ...useSiteStore().info, name: 'Sala', timeZone: 'Asia/Bangkok' }
})
afterEach(() => {
    page.unmount()
    vi.unstubAllGlobals()
})

describe('a ticket', () => {
    it('says what, where, when and for whom, with the code to scan', async () => {
        await open({ status: 'BOOKED', seats: ['A10', 'A2'] })
        const ticket = page.get('article')
        expect(ticket.text()).toMatch(/Admit 2.*Inception.*Studio.*A2.*A10.*฿480.*D4E5-F708/s)
        expect(ticket.get('svg title').text()).toBe('QR code of booking D4E5-F708')
    })
    it('is torn only when it comes from the checkout', async () => {
        const { id } = await open({ status: 'BOOKED' })
        expect(page.get('article').classes()).not.toContain('torn')
        page.unmount()
        useFreshTicket().announce(id)
        await open({ status: 'BOOKED' })
        expect(page.get('article').classes()).toContain('torn')
        expect(page.get('h1').text()).toBe('Enjoy the film')
    })
    it('is a keepsake when the film is over', async () => {
        await open({ status: 'BOOKED', showtimeStart: inHours(-3), showtimeEnd: inHours(-1) })
        expect(page.get('h1').text()).toBe('The credits have rolled')
        expect(button('Add to calendar')).toBeUndefined()
        expect(button('Print')).toBeDefined()
    })
    it('goes into the calendar as a file', async () => {
        const files: Blob[] = []
        vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => (files.push(file as Blob), 'blob:x'))
        const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
            expect(this.download).toBe('ticket-D4E5-F708.ics')
        })
        await open({ status: 'BOOKED' })
        await button('Add to calendar')!.trigger('click')
        expect(saved).toHaveBeenCalledOnce()
        const text = await files[0]!.text()
        expect(text).toContain('SUMMARY:Inception\r\n')
        expect(text).toContain('LOCATION:Studio\\, Sala\r\n')
        expect(text.replaceAll('\r\n ', '')).toContain('Seats: A1 and A2\\nBooking code: D4E5-F708')
    })
    it('lets its code be copied', async () => {
        const writeText = vi.fn(async () => undefined)
        vi.stubGlobal('navigator', { clipboard: { writeText } })
        await open({ status: 'BOOKED' })
        await button('Copy the code')!.trigger('click')
        expect(writeText).toHaveBeenCalledWith('D4E5-F708')
    })
})

describe('no ticket', () => {
    it('yet: leads to the checkout', async () => {
        const { id } = await open({ lockExpiresAt: inHours(0.05) })
        expect(page.find('article').exists()).toBe(false)
        expect(page.findAll('a').map((link) => link.attributes('href'))).toContain(`/checkout/${id}`)
    })
    it.each([
        ['EXPIRED', 'This never became a ticket'],
        ['CANCELLED', 'This order was cancelled'],
    ] as const)('any more: %s, and where the money is', async (status, heading) => {
        await open({ status, paymentStatus: 'REFUNDED' })
        expect(page.find('article').exists()).toBe(false)
        expect(page.get('h1').text()).toBe(heading)
        expect(page.text()).toContain('the money was given back')
    })
    it('of this name', async () => {
        answer = () => problem(404, 'not-found')
        await open({})
        expect(page.get('h1').text()).toBe('There is no such ticket')
    })
})

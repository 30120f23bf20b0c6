import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useBooking, type BookingDetail } from '~/composables/useBooking'
import { useCheckout } from '~/composables/useCheckout'
import { setServerOffset } from '~/composables/useServerClock'
import { useAuthStore } from '~/stores/auth'
import { bookingOf, heldAt, owner } from './support/bookings'
import { fakeServer, networkDown, problem, type Reply } from './support/server'

type Answer = () => Reply | Promise<Reply>

/** What the box office has in its books, and how it answers; each call takes the next answer. */
let booking: BookingDetail
let answers: Record<'get' | 'pay' | 'confirm' | 'cancel', Answer[]>
let calls: string[]
let scope: EffectScope
let checkout: ReturnType<typeof useCheckout>

const usual: Record<keyof typeof answers, Answer> = {
    get: () => ({ body: booking }),
    pay: () => {
        booking = { ...booking, paymentId: '674350e0a4f1b2c3d4e5f809', paymentStatus: 'SUCCESS' }
        const { id: bookingId, amount, currency } = booking
        return { body: { paymentId: booking.paymentId, bookingId, status: 'SUCCESS', amount, currency } }
    },
    confirm: () => {
        booking = { ...booking, status: 'BOOKED' }
        return { body: booking }
    },
    cancel: () => {
        const paymentStatus = booking.paymentStatus && ('REFUNDED' as const)
        booking = { ...booking, status: 'CANCELLED', paymentStatus }
        return { body: booking }
    },
}
const unavailable = () => problem(503, 'unavailable')
const refused = (kind: string, status: BookingDetail['status']) => () => {
    booking = { ...booking, status }
    return problem(409, kind)
}

const settle = () => vi.advanceTimersByTimeAsync(0)
async function open(changes: Partial<BookingDetail> = {}) {
    booking = bookingOf(changes)
    scope = effectScope()
    checkout = scope.run(() => useCheckout(booking.id, useBooking(booking.id)))!
    await settle()
    calls.length = 0
}
/** As long as all tries together may take. */
async function press() {
    const done = checkout.payAndConfirm()
    await vi.advanceTimersByTimeAsync(20_000)
    await done
}

beforeEach(() => {
    vi.useFakeTimers({ now: heldAt })
    answers = { get: [], pay: [], confirm: [], cancel: [] }
    calls = []
    const server = fakeServer(async ({ url }) => {
        if (url === '/api/site') return { body: { name: 'Sala', now: Date.now() } }
        const action = (/\/(pay|confirm|cancel)$/.exec(url)?.[1] ?? 'get') as keyof typeof answers
        calls.push(action)
        return (answers[action].shift() ?? usual[action])()
    })
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
    useAuthStore().session = { token: 'a.b.c', expiresAt: '2999-01-01T00:00:00.000Z', user: owner }
})
afterEach(() => {
    scope.stop()
    setServerOffset(0)
    vi.useRealTimers()
})

describe('what the page is about', () => {
    it.each([
        ['open', { status: 'LOCKED' }],
        ['booked', { status: 'BOOKED' }],
        ['cancelled', { status: 'CANCELLED' }],
        ['expired', { status: 'EXPIRED' }],
        ['missing', { userId: '674350e0a4f1b2c3d4e5f600' }],
    ] as const)('%s', async (stage, changes) => {
        await open(changes)
        expect(checkout.stage.value).toBe(stage)
        expect(checkout.justBooked.value).toBe(false)
    })
    it('an unknown booking is missing; one that does not load has failed', async () => {
        answers.get = [() => problem(404, 'not-found'), networkDown]
        await open()
        expect(checkout.stage.value).toBe('missing')
        scope.stop()
        await open()
        expect(checkout.stage.value).toBe('failed')
    })
})

describe('pay and confirm', () => {
    it('makes a ticket in two steps', async () => {
        await open()
        const tasks: unknown[] = []
        answers.pay = [() => (tasks.push(checkout.task.value), usual.pay())]
        answers.confirm = [() => (tasks.push(checkout.task.value), usual.confirm())]
        await press()
        expect(tasks).toEqual(['pay', 'confirm'])
        expect(calls).toEqual(['pay', 'confirm'])
        expect(checkout.stage.value).toBe('booked')
        expect(checkout.justBooked.value).toBe(true)
        expect(checkout.task.value).toBeUndefined()
    })
    it('does nothing more for a second click, nor for one after the sale', async () => {
        await open()
        const both = [checkout.payAndConfirm(), checkout.payAndConfirm()]
        await vi.advanceTimersByTimeAsync(100)
        await Promise.all(both)
        await press()
        expect(calls).toEqual(['pay', 'confirm'])
    })
    it('skips the payment of what has been paid', async () => {
        await open({ paymentStatus: 'SUCCESS' })
        await press()
        expect(calls).toEqual(['confirm'])
        expect(checkout.stage.value).toBe('booked')
    })
    it('asks again by itself when the server is busy for a moment', async () => {
        await open()
        answers.pay = [unavailable]
        answers.confirm = [unavailable, () => ({ status: 502, body: '<html>' })]
        const done = checkout.payAndConfirm()
        await settle()
        expect(checkout.retrying.value).toBe(true)
        expect(checkout.stage.value).toBe('open')
        await vi.advanceTimersByTimeAsync(10_000)
        await done
        expect(calls).toEqual(['pay', 'pay', 'confirm', 'confirm', 'confirm'])
        expect(checkout.stage.value).toBe('booked')
        expect(checkout.retrying.value).toBe(false)
    })
    it('waits as long as the server asks for', async () => {
        await open()
        answers.pay = [() => ({ ...unavailable(), headers: { 'retry-after': '5' } })]
        const done = checkout.payAndConfirm()
        await vi.advanceTimersByTimeAsync(4_900)
        expect(calls).toEqual(['pay'])
        await vi.advanceTimersByTimeAsync(200)
        await done
        expect(checkout.stage.value).toBe('booked')
    })
    it('gives up without a network, keeps the hold, and goes on where it was', async () => {
        await open()
        answers.confirm = [networkDown, networkDown, networkDown, networkDown]
        await press()
        expect(calls).toEqual(['pay', 'confirm', 'confirm', 'confirm', 'confirm'])
        expect(checkout.problem.value?.kind).toBe('offline')
        expect(checkout.stage.value).toBe('open')
        expect(checkout.paid.value).toBe(true)
        calls.length = 0
        await press()
        expect(calls).toEqual(['confirm'])
        expect(checkout.problem.value).toBeUndefined()
        expect(checkout.stage.value).toBe('booked')
    })
    it('pays again when the server knows of no payment, but not for ever', async () => {
        await open({ paymentStatus: 'SUCCESS' })
        answers.confirm = [() => problem(409, 'payment-required')]
        await press()
        expect(calls).toEqual(['confirm', 'pay', 'confirm'])
        expect(checkout.stage.value).toBe('booked')
        scope.stop()

        await open({ paymentStatus: 'SUCCESS' })
        answers.confirm = [() => problem(409, 'payment-required'), () => problem(409, 'payment-required')]
        await press()
        expect(calls).toEqual(['confirm', 'pay', 'confirm'])
        expect(checkout.problem.value?.kind).toBe('payment-required')
    })
    it('tells of a hold that has run out by the server’s clock', async () => {
        await open()
        answers.confirm = [refused('hold-expired', 'EXPIRED')]
        await press()
        expect(checkout.stage.value).toBe('expired')
        expect(checkout.problem.value).toBeUndefined()
        await press()
        expect(calls.filter((call) => call === 'pay')).toHaveLength(1)
    })
    it('does so even when the booking cannot be read again', async () => {
        await open()
        answers.pay = [() => problem(409, 'hold-expired')]
        answers.get = [networkDown, networkDown, networkDown, networkDown]
        await press()
        expect(checkout.stage.value).toBe('expired')
    })
    it.each([
        ['BOOKED', 'booked'],
        ['CANCELLED', 'cancelled'],
        ['EXPIRED', 'expired'],
    ] as const)('finds out what a closed booking has become: %s', async (status, stage) => {
        await open()
        answers.pay = [refused('booking-not-locked', status)]
        await press()
        expect(checkout.stage.value).toBe(stage)
        expect(checkout.justBooked.value).toBe(false)
    })
    it('tells of a booking that has gone, and of a failure of the server', async () => {
        await open()
        answers.pay = [() => problem(404, 'not-found')]
        await press()
        expect(checkout.stage.value).toBe('missing')
        scope.stop()

        await open()
        answers.pay = [() => problem(500, 'internal')]
        await press()
        expect(calls).toEqual(['pay'])
        expect(checkout.stage.value).toBe('open')
        expect(checkout.problem.value?.kind).toBe('internal')
    })
})

describe('the end of the hold', () => {
    it('closes the page by the server’s clock, and finds the refund', async () => {
        setServerOffset(60_000)
        vi.setSystemTime(heldAt - 60_000)
        await open({ paymentStatus: 'SUCCESS' })
        await vi.advanceTimersByTimeAsync(299_800)
        expect(checkout.stage.value).toBe('open')
        // The server writes it down some seconds later.
        answers.get = [usual.get, usual.get]
        await vi.advanceTimersByTimeAsync(400)
        expect(checkout.stage.value).toBe('expired')
        booking = { ...booking, status: 'EXPIRED', paymentStatus: 'REFUNDED' }
        await vi.advanceTimersByTimeAsync(10_000)
        expect(checkout.paid.value).toBe(false)
        expect(calls.length).toBeGreaterThanOrEqual(2)
        expect(calls.length).toBeLessThanOrEqual(3)
    })
    it('waits for the answer to what has been asked in time', async () => {
        await open({ paymentStatus: 'SUCCESS' })
        let release!: (reply: Reply) => void
        answers.confirm = [() => new Promise<Reply>((resolve) => (release = resolve))]
        await vi.advanceTimersByTimeAsync(299_000)
        const done = checkout.payAndConfirm()
        await vi.advanceTimersByTimeAsync(3_000)
        expect(checkout.stage.value).toBe('open')
        release({ body: { ...booking, status: 'BOOKED' } })
        await settle()
        await done
        expect(checkout.stage.value).toBe('booked')
    })
    it('is unsure when nobody has answered, until somebody does', async () => {
        await open({ paymentStatus: 'SUCCESS' })
        answers.confirm = [networkDown, networkDown, networkDown, networkDown]
        answers.get = [networkDown, networkDown, networkDown]
        await vi.advanceTimersByTimeAsync(290_000)
        await press()
        await vi.advanceTimersByTimeAsync(10_000)
        expect(checkout.stage.value).toBe('unsure')
        booking = { ...booking, status: 'BOOKED' }
        window.dispatchEvent(new Event('online'))
        await settle()
        expect(checkout.stage.value).toBe('booked')
    })
})

describe('release', () => {
    it('gives the seats back, once, and stays as it is for the way to the map', async () => {
        await open()
        const both = [checkout.release(), checkout.release()]
        await settle()
        expect(await Promise.all(both)).toEqual([true, false])
        expect(calls).toEqual(['cancel'])
        expect(checkout.stage.value).toBe('open')
        expect(checkout.task.value).toBe('release')
    })
    it('says why it could not', async () => {
        await open()
        answers.cancel = [() => problem(500, 'internal')]
        expect(await checkout.release()).toBe(false)
        expect(checkout.problem.value?.kind).toBe('internal')
        expect(checkout.task.value).toBeUndefined()
    })
    it('finds out that it was too late', async () => {
        await open()
        answers.cancel = [refused('booking-not-locked', 'EXPIRED')]
        expect(await checkout.release()).toBe(false)
        expect(checkout.stage.value).toBe('expired')
    })
})

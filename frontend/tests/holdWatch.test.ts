import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, type EffectScope } from 'vue'
import { useBooking, type BookingDetail, type BookingResource } from '~/composables/useBooking'
import { useHoldWatch } from '~/composables/useHoldWatch'
import { useAuthStore } from '~/stores/auth'
import { bookingOf, heldAt, owner } from './support/bookings'
import { fakeServer, networkDown, type Reply } from './support/server'

let booking: BookingDetail
let asked: number
let answer: () => Reply | Promise<Reply>
let scope: EffectScope
let resource: BookingResource
const waiting = ref(true)

beforeEach(async () => {
    vi.useFakeTimers({ now: heldAt })
    booking = bookingOf()
    waiting.value = true
    answer = () => ({ body: booking })
    const server = fakeServer(() => {
        asked += 1
        return answer()
    })
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
    useAuthStore().session = { token: 'a.b.c', expiresAt: '2999-01-01T00:00:00.000Z', user: owner }
    scope = effectScope()
    scope.run(() => {
        resource = useBooking(booking.id)
        useHoldWatch(booking.id, resource, () => waiting.value)
    })
    await vi.advanceTimersByTimeAsync(0)
    asked = 0
})
afterEach(() => {
    scope.stop()
    vi.useRealTimers()
})

describe('a hold that is looked at', () => {
    it('learns within seconds that somebody else has ended it', async () => {
        booking = { ...booking, status: 'CANCELLED' }
        await vi.advanceTimersByTimeAsync(5_000)
        expect(resource.data.value?.status).toBe('CANCELLED')
    })
    it('asks nothing while something is being done, and when the page is gone', async () => {
        waiting.value = false
        await vi.advanceTimersByTimeAsync(20_000)
        expect(asked).toBe(0)
        waiting.value = true
        scope.stop()
        await vi.advanceTimersByTimeAsync(20_000)
        expect(asked).toBe(0)
    })
    it('drops what it asked before something was done', async () => {
        let reply: (reply: Reply) => void = () => expect.fail('not asked yet')
        answer = () => new Promise<Reply>((resolve) => (reply = resolve))
        await vi.advanceTimersByTimeAsync(5_000)
        expect(asked).toBe(1)
        waiting.value = false
        resource.update({ ...booking, status: 'BOOKED' })
        reply({ body: booking })
        await vi.advanceTimersByTimeAsync(0)
        expect(resource.data.value?.status).toBe('BOOKED')
    })
    it('goes on after a failure, which concerns nobody', async () => {
        answer = networkDown
        await vi.advanceTimersByTimeAsync(5_000)
        expect(resource.problem.value).toBeUndefined()
        booking = { ...booking, status: 'EXPIRED' }
        answer = () => ({ body: booking })
        await vi.advanceTimersByTimeAsync(5_000)
        expect(resource.data.value?.status).toBe('EXPIRED')
    })
})

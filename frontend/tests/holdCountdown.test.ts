import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef, type EffectScope } from 'vue'
import { useHoldCountdown } from '~/composables/useHoldCountdown'
import { setServerOffset } from '~/composables/useServerClock'
import { bookingOf, heldAt } from './support/bookings'

const hold = shallowRef<ReturnType<typeof bookingOf>>()
let scope: EffectScope
let countdown: ReturnType<typeof useHoldCountdown>

function open(deviceTime: number, offset = 0) {
    vi.setSystemTime(deviceTime)
    setServerOffset(offset)
    scope = effectScope()
    countdown = scope.run(() => useHoldCountdown(() => hold.value))!
}
async function pass(ms: number) {
    vi.advanceTimersByTime(ms)
    await nextTick()
}

beforeEach(() => {
    vi.useFakeTimers()
    hold.value = bookingOf()
})
afterEach(() => {
    scope.stop()
    setServerOffset(0)
    vi.useRealTimers()
})

describe('the time left', () => {
    it('runs down and stops at nothing', async () => {
        open(heldAt)
        expect(countdown.left.value).toBe(300_000)
        expect(countdown.share.value).toBe(1)
        await pass(150_000)
        expect(countdown.left.value).toBe(150_000)
        expect(countdown.share.value).toBe(0.5)
        await pass(149_800)
        expect(countdown.over.value).toBe(false)
        await pass(200)
        expect(countdown.over.value).toBe(true)
        await pass(60_000)
        expect(countdown.left.value).toBe(0)
        expect(countdown.share.value).toBe(0)
    })

    it.each([
        ['an hour ahead', 3_600_000],
        ['a day behind', -86_400_000],
    ])('is the server’s with a device whose clock is %s', async (_, wrongBy) => {
        open(heldAt + wrongBy, -wrongBy)
        expect(countdown.left.value).toBe(300_000)
        await pass(10_000)
        expect(countdown.left.value).toBe(290_000)
    })

    it('follows when the clocks are compared again', async () => {
        open(heldAt)
        setServerOffset(20_000)
        await nextTick()
        expect(countdown.left.value).toBe(280_000)
    })

    it('is not known before the hold is', async () => {
        hold.value = undefined
        open(heldAt + 1_000)
        expect(countdown.left.value).toBeUndefined()
        expect(countdown.over.value).toBe(false)
        hold.value = bookingOf()
        await nextTick()
        expect(countdown.left.value).toBe(299_000)
        expect(countdown.mark.value).toBeUndefined()
    })
})

describe('what is read out', () => {
    it('is a minute, then half a minute, once each', async () => {
        open(heldAt)
        await pass(239_800)
        expect(countdown.mark.value).toBeUndefined()
        await pass(200)
        expect(countdown.mark.value).toBe('minute')
        await pass(29_800)
        expect(countdown.mark.value).toBe('minute')
        expect(countdown.urgent.value).toBe(false)
        await pass(200)
        expect(countdown.mark.value).toBe('halfMinute')
        expect(countdown.urgent.value).toBe(true)
    })

    it('is the later of two that were slept through', async () => {
        open(heldAt)
        vi.setSystemTime(heldAt + 280_000)
        await pass(200)
        expect(countdown.mark.value).toBe('halfMinute')
    })

    it('is nothing for a page that is opened after the mark, and nothing at the end', async () => {
        open(heldAt + 250_000)
        await pass(1_000)
        expect(countdown.mark.value).toBeUndefined()
        vi.setSystemTime(heldAt + 301_000)
        await pass(200)
        expect(countdown.over.value).toBe(true)
        expect(countdown.mark.value).toBeUndefined()
        expect(countdown.urgent.value).toBe(false)
    })
})

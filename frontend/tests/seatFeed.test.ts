import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { feedUrl, retryDelayMs, useSeatFeed } from '~/composables/useSeatFeed'
import { planOf, seatsOf, showtimeId } from './support/rooms'
import { FakeWebSocket, stubWebSocket } from './support/webSocket'

const snapshot = { type: 'SYNC_SNAPSHOT', showtimeId, seats: seatsOf(planOf(['ss'])) }
const onMessage = vi.fn()
const onBroken = vi.fn()
let scope: EffectScope
let feed: ReturnType<typeof useSeatFeed>

beforeEach(() => {
    vi.useFakeTimers()
    stubWebSocket()
    onMessage.mockReset()
    onBroken.mockReset()
    scope = effectScope()
    feed = scope.run(() => useSeatFeed({ showtimeId, onMessage, onBroken, random: () => 1 }))!
})
afterEach(() => {
    scope.stop()
    vi.useRealTimers()
})
const count = () => FakeWebSocket.all.length
const network = (there: boolean) => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(there)
    window.dispatchEvent(new Event(there ? 'online' : 'offline'))
}

describe('the address', () => {
    it.each([
        ['http:', 'ws://box.example:8080/ws/showtimes/abc'],
        ['https:', 'wss://box.example:8080/ws/showtimes/abc'],
    ])('on a page over %s', (protocol, url) => {
        expect(feedUrl('abc', { protocol, host: 'box.example:8080' })).toBe(url)
    })
})

describe('the delay before another attempt', () => {
    it('doubles, up to a limit', () => {
        expect([0, 1, 2, 3].map((attempt) => retryDelayMs(attempt, 1))).toEqual([500, 1_000, 2_000, 4_000])
        expect(retryDelayMs(50, 1)).toBe(15_000)
    })
    it('is half chance, so that not all come back at once', () => {
        expect(retryDelayMs(2, 0)).toBe(1_000)
        expect(retryDelayMs(2, 0.5)).toBe(1_500)
    })
})

describe('the connection', () => {
    it('is live from the first snapshot on', () => {
        expect(feed.connection.value).toBe('connecting')
        FakeWebSocket.last.say(snapshot)
        expect(feed.connection.value).toBe('live')
        expect(onMessage).toHaveBeenCalledExactlyOnceWith(snapshot)
    })
    it('hands on changes and passes over what it does not know', () => {
        FakeWebSocket.last.say(snapshot)
        const change = { type: 'SEAT_BOOKED', seatCode: 'A1', version: 1 }
        FakeWebSocket.last.say(change)
        FakeWebSocket.last.say({ type: 'HELLO' })
        FakeWebSocket.last.say('garbage')
        expect(onMessage.mock.calls.map(([message]) => message.type)).toEqual(['SYNC_SNAPSHOT', 'SEAT_BOOKED'])
    })
    it('ends with its scope, for good', () => {
        scope.stop()
        expect(FakeWebSocket.last.closed).toBe(true)
        vi.advanceTimersByTime(60_000)
        expect(count()).toBe(1)
    })
})

describe('when it breaks', () => {
    it('says so and comes back, later each time', () => {
        FakeWebSocket.last.say(snapshot)
        FakeWebSocket.last.drop()
        expect(feed.connection.value).toBe('reconnecting')
        expect(onBroken).toHaveBeenCalledOnce()
        for (const delay of [500, 1_000, 2_000]) {
            const before = count()
            vi.advanceTimersByTime(delay - 1)
            expect(count()).toBe(before)
            vi.advanceTimersByTime(1)
            expect(count()).toBe(before + 1)
            FakeWebSocket.last.drop()
        }
    })
    it('begins again with short delays after a snapshot', () => {
        FakeWebSocket.last.drop()
        vi.advanceTimersByTime(500)
        FakeWebSocket.last.drop()
        vi.advanceTimersByTime(1_000)
        FakeWebSocket.last.say(snapshot)
        expect(feed.connection.value).toBe('live')
        FakeWebSocket.last.drop()
        vi.advanceTimersByTime(500)
        expect(count()).toBe(4)
    })
    it('hears nothing more of the old connection', () => {
        const old = FakeWebSocket.last
        old.drop()
        vi.advanceTimersByTime(500)
        old.say(snapshot)
        old.drop()
        expect(onMessage).not.toHaveBeenCalled()
        expect(onBroken).toHaveBeenCalledOnce()
    })
    it('gives up a connection that brings no snapshot', () => {
        vi.advanceTimersByTime(10_000)
        expect(FakeWebSocket.all[0]!.closed).toBe(true)
        expect(feed.connection.value).toBe('reconnecting')
        vi.advanceTimersByTime(500)
        expect(count()).toBe(2)
    })
    it('does not come back once it has been stopped', () => {
        feed.stop()
        vi.advanceTimersByTime(60_000)
        network(true)
        expect(count()).toBe(1)
    })
})

describe('the network', () => {
    it('going away is said at once, and nothing is tried until it returns', () => {
        FakeWebSocket.last.say(snapshot)
        network(false)
        expect(feed.connection.value).toBe('offline')
        expect(FakeWebSocket.last.closed).toBe(true)
        network(true)
        expect(count()).toBe(2)
        FakeWebSocket.last.say(snapshot)
        expect(feed.connection.value).toBe('live')
    })
})

describe('sleep', () => {
    it('of the device is noticed, and the seats are asked for anew', () => {
        FakeWebSocket.last.say(snapshot)
        vi.setSystemTime(Date.now() + 3_600_000)
        vi.advanceTimersByTime(5_000)
        expect(count()).toBe(2)
        expect(FakeWebSocket.all[0]!.closed).toBe(true)
    })
    it('of the tab is noticed when it is shown again, before its timers run', () => {
        FakeWebSocket.last.say(snapshot)
        vi.setSystemTime(Date.now() + 60_000)
        document.dispatchEvent(new Event('visibilitychange'))
        expect(count()).toBe(2)
    })
    it('of a hidden tab waits until it is looked at, however its timers are held back', () => {
        FakeWebSocket.last.say(snapshot)
        const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
        for (let minute = 0; minute < 10; minute++) {
            vi.setSystemTime(Date.now() + 60_000)
            vi.advanceTimersByTime(5_000)
        }
        expect(count()).toBe(1)
        hidden.mockReturnValue(false)
        document.dispatchEvent(new Event('visibilitychange'))
        expect(count()).toBe(2)
    })
    it('is not what a quick look at another tab is', () => {
        FakeWebSocket.last.say(snapshot)
        vi.advanceTimersByTime(7_000)
        document.dispatchEvent(new Event('visibilitychange'))
        expect(count()).toBe(1)
    })
})

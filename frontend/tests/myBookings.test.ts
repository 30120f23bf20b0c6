import { flushPromises } from '@vue/test-utils'
import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { groupBookings, useMyBookings } from '~/composables/useMyBookings'
import { bookingOf, heldAt } from './support/bookings'
import { fakeServer, networkDown, problem, type Reply, type Request } from './support/server'

const hours = (count: number) => new Date(heldAt + count * 3_600_000).toISOString()
const showing = (start: number) => ({ showtimeStart: hours(start), showtimeEnd: hours(start + 2) })
const ids = (bookings: { id: string }[]) => bookings.map(({ id }) => id)

describe('groups', () => {
    it('by what one still has to do with them', () => {
        const groups = groupBookings(
            [
                bookingOf({ id: 'later', status: 'BOOKED', ...showing(48) }),
                bookingOf({ id: 'hold' }),
                bookingOf({ id: 'running', status: 'BOOKED', ...showing(-1) }),
                bookingOf({ id: 'seen', status: 'BOOKED', ...showing(-30) }),
                bookingOf({ id: 'cancelled', status: 'CANCELLED', updatedAt: hours(-1), ...showing(24) }),
                bookingOf({ id: 'expired', status: 'EXPIRED', updatedAt: hours(-40), ...showing(-35) }),
                bookingOf({ id: 'soon', status: 'BOOKED', ...showing(3) }),
                bookingOf({ id: 'hurry', lockExpiresAt: new Date(heldAt + 10_000).toISOString() }),
            ],
            heldAt,
        )
        expect(ids(groups.held)).toEqual(['hurry', 'hold'])
        expect(ids(groups.upcoming)).toEqual(['running', 'soon', 'later'])
        expect(ids(groups.past)).toEqual(['cancelled', 'seen', 'expired'])
    })
    it('a hold is of the past when its time is up, whatever its status', () => {
        const groups = groupBookings([bookingOf()], heldAt + 300_000)
        expect(groups.held).toEqual([])
        expect(groups.past).toHaveLength(1)
    })
})

describe('my bookings', () => {
    let answer: (request: Request) => Reply
    let requests: Request[]
    let scope: EffectScope
    let mine: ReturnType<typeof useMyBookings>

    const next = { link: '</api/bookings?cursor=two&limit=100>; rel="next"' }
    const pages = (request: Request): Reply => {
        if (request.url === '/api/movies') return { body: [] }
        const { cursor } = request.params as { cursor?: string }
        return cursor ? { body: [bookingOf({ id: 'b' }), bookingOf({ id: 'c' })] } : { body: [bookingOf({ id: 'a' }), bookingOf({ id: 'b' })], headers: next }
    }

    beforeEach(async () => {
        answer = pages
        const server = fakeServer(async (request) => answer(request))
        requests = server.requests
        vi.spyOn(axios, 'create').mockReturnValue(server.http)
        scope = effectScope()
        mine = scope.run(useMyBookings)!
        await flushPromises()
    })
    afterEach(() => scope.stop())

    it('come page by page, each booking once', async () => {
        expect(ids(mine.bookings.value)).toEqual(['a', 'b'])
        expect(mine.hasMore.value).toBe(true)
        await Promise.all([mine.more(), mine.more()])
        expect(ids(mine.bookings.value)).toEqual(['a', 'b', 'c'])
        expect(mine.hasMore.value).toBe(false)
        expect(requests.filter(({ url }) => url === '/api/bookings')).toHaveLength(2)
    })
    it('say why more did not come, and come the next time', async () => {
        answer = networkDown
        await mine.more()
        expect(mine.moreProblem.value?.kind).toBe('offline')
        expect(ids(mine.bookings.value)).toEqual(['a', 'b'])
        answer = pages
        await mine.more()
        expect(mine.moreProblem.value).toBeUndefined()
        expect(ids(mine.bookings.value)).toEqual(['a', 'b', 'c'])
    })
    it('begin anew when they are loaded again', async () => {
        await mine.more()
        await mine.reload()
        expect(ids(mine.bookings.value)).toEqual(['a', 'b'])
        expect(mine.hasMore.value).toBe(true)
    })
    it('do without posters', async () => {
        answer = (request) => (request.url === '/api/movies' ? problem(503, 'overloaded') : pages(request))
        const other = scope.run(useMyBookings)!
        await flushPromises()
        expect(other.bookings.value).toHaveLength(2)
        expect(other.movieOf(bookingOf())).toBeUndefined()
        expect(other.problem.value).toBeUndefined()
    })
})

import axios from 'axios'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { useSeatBooking, type SeatBooking } from '~/composables/useSeatBooking'
import { setServerOffset } from '~/composables/useServerClock'
import { useAuthStore } from '~/stores/auth'
import { useSiteStore } from '~/stores/site'
import { flushPromises, mount } from './support/mount'
import { navigateTo } from './support/nuxt'
import { planOf, seatsOf, showtimeId, showtimeOf } from './support/rooms'
import { fakeServer, networkDown, problem, type Reply, type Request } from './support/server'
import { FakeWebSocket, stubWebSocket } from './support/webSocket'

const me = '674350e0a4f1b2c3d4e5f607'
const bookingId = '674350e0a4f1b2c3d4e5f708'
const plan = planOf(['ssssss', 'ssssss'])
const lockPath = `/api/showtimes/${showtimeId}/seats/lock`

let requests: Request[]
let showtime: () => Reply
let lock: (request: Request) => Reply
let bookings: unknown[]
let seatBooking: SeatBooking

beforeEach(() => {
    stubWebSocket()
    setServerOffset(0)
    navigateTo.mockClear()
    bookings = []
    showtime = () => ({ body: showtimeOf(plan) })
    lock = () => ({ status: 201, body: { bookingId } })
    const server = fakeServer((request) => {
        if (request.url === lockPath) return lock(request)
        if (request.url === `/api/showtimes/${showtimeId}/seats`) return { body: seatsOf(plan) }
        if (request.url === '/api/bookings') return { body: bookings }
        if (request.url === '/api/site') return { body: { ...useSiteStore().info, now: Date.now() } }
        return showtime()
    })
    requests = server.requests
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
    useAuthStore().session = {
        token: 'a.b.c',
        expiresAt: '2999-01-01T00:00:00.000Z',
        user: { id: me, email: 'user@cinema.local', name: 'Demo User', role: 'USER' },
    }
})

const Page = defineComponent({
    setup() {
        seatBooking = useSeatBooking(showtimeId)
        return () => null
    },
})
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
async function open(states = {}) {
    mount(Page)
    await flushPromises()
    FakeWebSocket.last.say({ type: 'SYNC_SNAPSHOT', showtimeId, seats: seatsOf(plan, states) })
    await frame()
    return seatBooking
}
async function hear(...messages: object[]) {
    for (const message of messages) FakeWebSocket.last.say(message)
    await frame()
    await flushPromises()
}
const locked = (seatCode: string, lockedByUserId: string, version = 1) => ({
    type: 'SEAT_LOCKED',
    seatCode,
    lockedByUserId,
    lockExpiresAt: '2999-01-01T00:00:00.000Z',
    version,
})
const chosen = () => seatBooking.chosen.value.map(({ code }) => code)
const keys = () => requests.filter(({ url }) => url === lockPath).map(({ headers }) => headers.get('Idempotency-Key'))

describe('the map', () => {
    it('is ready when both the room and its seats are known', async () => {
        await open()
        expect(seatBooking.ready.value).toBe(true)
        expect(seatBooking.room.value?.byCode.size).toBe(12)
    })
    it('follows what others do', async () => {
        await open()
        await hear(locked('A1', 'somebody'), { type: 'SEAT_BOOKED', seatCode: 'A2', version: 4 })
        expect([seatBooking.look('A1'), seatBooking.look('A2'), seatBooking.look('A3')]).toEqual(['held', 'sold', 'free'])
    })
    it('is asked for when the stream cannot be had', async () => {
        mount(Page)
        await flushPromises()
        FakeWebSocket.last.drop()
        await flushPromises()
        expect(seatBooking.ready.value).toBe(true)
        expect(seatBooking.connection.value).toBe('reconnecting')
    })
    it('does not wait for a showtime that does not exist', async () => {
        showtime = () => problem(404, 'not-found')
        await open()
        expect(seatBooking.problem.value?.kind).toBe('not-found')
        expect(FakeWebSocket.last.closed).toBe(true)
    })
    it('is closed once the film has begun', async () => {
        showtime = () => ({ body: showtimeOf(plan, { startTime: new Date(Date.now() - 1).toISOString() }) })
        await open()
        expect(seatBooking.started.value).toBe(true)
    })
})

describe('choosing', () => {
    it('adds up and says so', async () => {
        await open()
        seatBooking.toggle('A1')
        seatBooking.toggle('A2')
        expect(seatBooking.total.value).toBe(44000)
        expect(seatBooking.announcement.value).toBe('A2 chosen. 2 seats, ฿440.')
        seatBooking.toggle('A1')
        expect(seatBooking.announcement.value).toBe('A1 left. 1 seat, ฿220.')
    })
    it('tells where the limit is, until a seat is left', async () => {
        const site = useSiteStore()
        site.info = { ...site.info, maxSeatsPerBooking: 2 }
        await open()
        for (const code of ['A1', 'A2', 'A3']) seatBooking.toggle(code)
        expect(chosen()).toEqual(['A1', 'A2'])
        expect(seatBooking.notice.value?.text).toContain('2 seats at most')
        seatBooking.toggle('A1')
        expect(seatBooking.notice.value).toBeUndefined()
    })
    it('says why a seat cannot be had', async () => {
        await open({ A1: { state: 'BOOKED', version: 1 } })
        seatBooking.toggle('A1')
        expect(seatBooking.notice.value?.text).toBe('A1 is sold.')
    })
    it('takes the best seats in place of the others', async () => {
        await open()
        seatBooking.toggle('A1')
        seatBooking.pickBest(2)
        expect(chosen()).toEqual(['B3', 'B4'])
        expect(seatBooking.announcement.value).toContain('B3 and B4')
    })
    it('says when there are not enough for the party', async () => {
        await open(Object.fromEntries(planOf(['ssssss', 'sssss']).rows.flatMap(({ seats }) => seats).map(({ seatCode }) => [seatCode, { state: 'BOOKED', version: 1 }])))
        seatBooking.pickBest(2)
        expect(chosen()).toEqual([])
        expect(seatBooking.notice.value?.text).toContain('not 2 seats left')
    })
    it('loses a seat that somebody else takes, names it, and keeps the rest', async () => {
        await open()
        for (const code of ['A1', 'A2', 'A3']) seatBooking.toggle(code)
        await hear(locked('A1', 'somebody'), locked('A3', 'somebody'))
        expect(chosen()).toEqual(['A2'])
        expect(seatBooking.notice.value).toMatchObject({ tone: 'problem', retry: false })
        expect(seatBooking.notice.value?.text).toContain('A1 and A3 are taken')
        expect(seatBooking.isShaken('A1')).toBe(true)
        expect(seatBooking.isShaken('A2')).toBe(false)
    })
})

describe('one loss', () => {
    it('that comes in two frames is told as one', async () => {
        await open()
        for (const code of ['A1', 'A2', 'A3']) seatBooking.toggle(code)
        await hear(locked('A1', 'somebody'))
        await hear(locked('A2', 'somebody'))
        expect(seatBooking.notice.value?.text).toContain('A1 and A2 are taken')
    })
    it('of everything says so', async () => {
        await open()
        seatBooking.toggle('A1')
        await hear(locked('A1', 'somebody'))
        expect(seatBooking.notice.value?.text).toContain('Choose another seat')
    })
})

describe('holding', () => {
    it('asks for the seats with a key, and leads to the checkout', async () => {
        await open()
        seatBooking.toggle('A2')
        seatBooking.toggle('A1')
        await seatBooking.hold()
        expect(requests.find(({ url }) => url === lockPath)?.body).toEqual({ seats: ['A1', 'A2'] })
        expect(keys()[0]).toMatch(/^[0-9a-f]{32}$/)
        expect(navigateTo).toHaveBeenCalledExactlyOnceWith(`/checkout/${bookingId}`)
    })
    it('is not lost on its own events, which may come before the answer', async () => {
        let answer: (reply: Reply) => void = () => undefined
        await open()
        lock = () => new Promise<Reply>((resolve) => (answer = resolve)) as unknown as Reply
        seatBooking.toggle('A1')
        const done = seatBooking.hold()
        await flushPromises()
        await hear(locked('A1', me))
        expect(seatBooking.notice.value).toBeUndefined()
        answer({ status: 201, body: { bookingId } })
        await done
        expect(navigateTo).toHaveBeenCalledOnce()
    })
    it('loses the race: those seats shake loose, the others stay', async () => {
        await open()
        lock = () => problem(409, 'seats-taken', { conflicts: ['A2'] })
        for (const code of ['A1', 'A2', 'A3']) seatBooking.toggle(code)
        await seatBooking.hold()
        expect(chosen()).toEqual(['A1', 'A3'])
        expect(seatBooking.notice.value?.text).toContain('A2 is taken')
        expect(seatBooking.isShaken('A2')).toBe(true)
        expect(seatBooking.holding.value).toBe(false)
        expect(navigateTo).not.toHaveBeenCalled()
    })
    it('is a new request after an answer, with other seats, and the same one after none', async () => {
        await open()
        seatBooking.toggle('A1')
        lock = networkDown
        await seatBooking.hold()
        await seatBooking.hold()
        lock = () => problem(503, 'overloaded')
        await seatBooking.hold()
        seatBooking.toggle('A2')
        lock = () => problem(409, 'seats-taken', { conflicts: ['A2'] })
        await seatBooking.hold()
        lock = () => ({ status: 201, body: { bookingId } })
        await seatBooking.hold()
        const [first, again, busy, more, after] = keys()
        expect(again).toBe(first)
        expect(busy).toBe(first)
        expect(new Set([first, more, after]).size).toBe(3)
    })
    it.each([
        ['no network', networkDown, /no connection/i],
        ['503', () => ({ ...problem(503, 'overloaded'), headers: { 'retry-after': '2' } }), /busy.* 2 seconds/],
        ['429', () => problem(429, 'too-many-requests'), /Too many attempts/],
        ['422', () => problem(422, 'validation', { errors: [{ field: 'seats[0]', message: 'No.' }] }), /up to date/],
    ])('that fails (%s) keeps the seats and offers another try', async (_, answer, words) => {
        await open()
        lock = answer
        seatBooking.toggle('A1')
        await seatBooking.hold()
        expect(chosen()).toEqual(['A1'])
        expect(seatBooking.notice.value).toMatchObject({ tone: 'problem', retry: true })
        expect(seatBooking.notice.value?.text).toMatch(words)
    })
    it('without a network says so until the map is live again', async () => {
        await open()
        lock = networkDown
        seatBooking.toggle('A1')
        window.dispatchEvent(new Event('offline'))
        await seatBooking.hold()
        expect(seatBooking.notice.value?.untilLive).toBe(true)
        window.dispatchEvent(new Event('online'))
        FakeWebSocket.last.say({ type: 'SYNC_SNAPSHOT', showtimeId, seats: seatsOf(plan) })
        await flushPromises()
        expect(seatBooking.notice.value).toBeUndefined()
        expect(chosen()).toEqual(['A1'])
    })
    it('after the start closes the map', async () => {
        await open()
        lock = () => problem(409, 'showtime-started')
        seatBooking.toggle('A1')
        await seatBooking.hold()
        expect(seatBooking.started.value).toBe(true)
    })
    it('of nothing asks nothing', async () => {
        await open()
        await seatBooking.hold()
        expect(keys()).toEqual([])
    })
})

describe('seats that are held for me already', () => {
    const held = { state: 'LOCKED', version: 1, lockedByUserId: me, lockExpiresAt: '2999-01-01T00:00:00.000Z' }
    const booking = (more = {}) => ({
        id: bookingId,
        userId: me,
        showtimeId,
        seats: ['A1'],
        status: 'LOCKED',
        amount: 22000,
        currency: 'THB',
        lockExpiresAt: held.lockExpiresAt,
        createdAt: new Date().toISOString(),
        updatedAt: new Date().toISOString(),
        ...more,
    })

    it('are marked, with the booking to go back to', async () => {
        bookings = [booking({ id: 'x', showtimeId: 'other' }), booking({ id: 'y', status: 'CANCELLED' }), booking()]
        await open({ A1: held })
        await flushPromises()
        expect(seatBooking.look('A1')).toBe('mine')
        expect(seatBooking.holds.value.map(({ id }) => id)).toEqual([bookingId])
    })
    it('are no longer once they are released', async () => {
        bookings = [booking()]
        await open({ A1: held })
        await hear({ type: 'SEAT_RELEASED', seatCode: 'A1', version: 2 })
        expect(seatBooking.holds.value).toEqual([])
    })
    it('are not asked for while there are none', async () => {
        await open({ A1: { ...held, lockedByUserId: 'somebody' } })
        await flushPromises()
        expect(requests.filter(({ url }) => url === '/api/bookings')).toEqual([])
    })
})

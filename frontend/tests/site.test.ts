import axios from 'axios'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { serverNow, setServerOffset, useServerClock } from '~/composables/useServerClock'
import { useSiteStore } from '~/stores/site'
import { fakeServer, networkDown, type Reply } from './support/server'

const start = Date.parse('2026-11-24T12:00:00Z')
const known = {
    name: 'Sala',
    timeZone: 'Asia/Bangkok',
    demoLogin: true,
    maxSeatsPerBooking: 8,
    lockTtlSeconds: 120,
}
let answer: () => Reply | Promise<Reply>

beforeEach(() => {
    vi.useFakeTimers({ now: start })
    vi.spyOn(axios, 'create').mockReturnValue(fakeServer(() => answer()).http)
    answer = () => ({ body: { ...known, now: start + 5_000 } })
    setServerOffset(0)
})
afterEach(() => {
    vi.useRealTimers()
})

describe('the site', () => {
    it('is what the server says, and known at once the next time', async () => {
        const site = useSiteStore()
        expect(site.known).toBe(false)
        await site.load()
        expect(site.info).toEqual(known)
        expect(site.loaded).toBe(true)

        setActivePinia(createPinia())
        const next = useSiteStore()
        expect(next.known).toBe(true)
        expect(next.info.timeZone).toBe('Asia/Bangkok')
        expect(next.loaded).toBe(false)
    })

    it('keeps what it knows when the server is away, and says why', async () => {
        const site = useSiteStore()
        await site.load()
        answer = networkDown
        await site.load()
        expect(site.problem?.kind).toBe('offline')
        expect(site.info.name).toBe('Sala')
        answer = () => ({ body: { ...known, name: 'Sala 2', now: start } })
        await site.load()
        expect(site.problem).toBeUndefined()
        expect(site.info.name).toBe('Sala 2')
    })

    it('asks once, however many want to know', async () => {
        const asked = vi.fn(() => ({ body: { ...known, now: start } }))
        answer = asked
        const site = useSiteStore()
        await Promise.all([site.load(), site.load()])
        expect(asked).toHaveBeenCalledTimes(1)
    })
})

describe('the clock', () => {
    it('takes the middle between asking and hearing for the time of the answer', async () => {
        answer = async () => {
            vi.setSystemTime(start + 400)
            return { body: { ...known, now: start + 10_200 } }
        }
        await useSiteStore().load()
        expect(serverNow()).toBe(start + 400 + 10_000)
    })

    it('ticks while it is looked at', () => {
        const scope = effectScope()
        const { now } = scope.run(useServerClock)!
        expect(now.value).toBe(start)
        vi.advanceTimersByTime(1_000)
        expect(now.value).toBe(start + 1_000)
        setServerOffset(-30_000)
        vi.advanceTimersByTime(200)
        expect(now.value).toBe(start + 1_200 - 30_000)
        scope.stop()
        expect(vi.getTimerCount()).toBe(0)
    })
})

import { createPinia, setActivePinia } from 'pinia'
import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useApi } from '~/composables/useApi'
import { setServerOffset } from '~/composables/useServerClock'
import { useAuthStore } from '~/stores/auth'
import { asProblem } from '~/utils/api/problem'
import { fakeServer, problem, type Reply, type Request } from './support/server'

const key = 'cinema.session'
const start = Date.parse('2026-11-24T12:00:00Z')
const session = {
    token: 'a.b.c',
    expiresAt: '2026-11-24T13:00:00.000Z',
    user: { id: '674350e0a4f1b2c3d4e5f607', email: 'ada@example.org', name: 'Ada', role: 'USER' },
}

let answer: (request: Request) => Reply = () => ({ body: session })

beforeEach(() => {
    vi.useFakeTimers({ now: start })
    vi.spyOn(axios, 'create').mockReturnValue(fakeServer((request) => answer(request)).http)
    answer = () => ({ body: session })
    setServerOffset(0)
})
afterEach(() => {
    vi.useRealTimers()
})

/** As if the page were opened anew. */
function reopened() {
    setActivePinia(createPinia())
    return useAuthStore()
}

describe('a session', () => {
    it('begins with a login and is there after a reload', async () => {
        const auth = useAuthStore()
        expect(auth.loggedIn).toBe(false)
        await auth.login('ada@example.org', 'secret')
        expect(auth.user?.name).toBe('Ada')
        expect(auth.isAdmin).toBe(false)
        expect(reopened().session?.token).toBe('a.b.c')
    })

    it('does not begin when the login fails', async () => {
        answer = () => problem(401, 'wrong-credentials')
        const auth = useAuthStore()
        const error = asProblem(await auth.login('ada@example.org', 'x').catch((reason: unknown) => reason))
        expect(error.kind).toBe('wrong-credentials')
        expect(auth.loggedIn).toBe(false)
    })

    it('ends when its time is up', async () => {
        const auth = useAuthStore()
        await auth.login('ada@example.org')
        vi.advanceTimersByTime(3_599_999)
        expect(auth.loggedIn).toBe(true)
        vi.advanceTimersByTime(1)
        expect(auth.loggedIn).toBe(false)
        expect(auth.ended).toBe('expired')
        expect(localStorage.getItem(key) ?? 'null').toBe('null')
    })

    it('goes by the clock of the server, also when that becomes known later', async () => {
        const auth = useAuthStore()
        await auth.login('ada@example.org')
        setServerOffset(3_600_000)
        auth.watchTheClock()
        expect(auth.ended).toBe('expired')
    })

    it('that ran out while the page was closed counts as expired', async () => {
        await useAuthStore().login('ada@example.org')
        const stored = localStorage.getItem(key)!
        vi.setSystemTime(start + 7_200_000)
        localStorage.setItem(key, stored)
        const auth = reopened()
        expect(auth.loggedIn).toBe(false)
        expect(auth.ended).toBe('expired')
    })

    it('outlives a timer that cannot wait so long', async () => {
        answer = () => ({ body: { ...session, expiresAt: '2027-11-24T12:00:00.000Z' } })
        const auth = useAuthStore()
        await auth.login('ada@example.org')
        vi.advanceTimersByTime(60_000)
        expect(auth.loggedIn).toBe(true)
    })

    it.each(['', 'null', '{}', '[1]', '{"token":1}', 'not json', '{"token":"t","expiresAt":"never","user":{"id":"1","role":"USER"}}'])(
        'is not what else is in the storage: %s',
        (text) => {
            localStorage.setItem(key, text)
            expect(reopened().loggedIn).toBe(false)
        },
    )

    it('ends by logging out', async () => {
        const auth = useAuthStore()
        await auth.login('ada@example.org')
        auth.logout()
        expect(auth.loggedIn).toBe(false)
        expect(auth.ended).toBe('logged-out')
        expect(reopened().loggedIn).toBe(false)
    })
})

describe('other tabs', () => {
    function otherTabWrites(value: string | null) {
        if (value === null) localStorage.removeItem(key)
        else localStorage.setItem(key, value)
        window.dispatchEvent(
            Object.assign(new Event('storage'), { key, newValue: value, oldValue: null, storageArea: localStorage }),
        )
    }

    it('that look at the clock a moment earlier do not hide that the time was up', async () => {
        const auth = useAuthStore()
        await auth.login('ada@example.org')
        vi.advanceTimersByTime(3_599_500)
        otherTabWrites(null)
        expect(auth.ended).toBe('expired')
    })

    it('log in and out for this one', async () => {
        const auth = useAuthStore()
        otherTabWrites(JSON.stringify(session))
        await nextTick()
        expect(auth.user?.name).toBe('Ada')
        otherTabWrites(null)
        await nextTick()
        expect(auth.loggedIn).toBe(false)
        expect(auth.ended).toBe('elsewhere')
    })
})

describe('a token that the server refuses', () => {
    it('ends the session', async () => {
        const auth = useAuthStore()
        await auth.login('ada@example.org')
        answer = () => problem(401, 'invalid-token')
        await expect(useApi().get('/api/movies')).rejects.toMatchObject({ kind: 'invalid-token' })
        expect(auth.ended).toBe('expired')
    })

    it('does not end a newer session', async () => {
        const auth = useAuthStore()
        await auth.login('ada@example.org')
        auth.refused('an.older.one')
        expect(auth.loggedIn).toBe(true)
    })
})

import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiClient } from '~/utils/api/client'
import { takeEarly, type EarlyAnswer } from '~/utils/api/early'
import { fakeServer } from './support/server'

const url = '/api/showtimes?limit=60'
const link = '</api/showtimes?limit=60&cursor=next>; rel="next"'
const said = (more: Partial<EarlyAnswer> = {}): EarlyAnswer => ({
    status: 200,
    headers: { etag: '"1"', link },
    received: Date.now(),
    text: '[{"id":"early"}]',
    ...more,
})
function ask(answer: Promise<EarlyAnswer>, more: { token?: string; sent?: number } = {}) {
    answer.catch(() => undefined)
    window.cinemaEarly = new Map([[url, { token: 'a.b.c', sent: Date.now(), answer, ...more }]])
}

/** Through the app's own client; what is not there early comes from a server that says `late`. */
function client(token = 'a.b.c') {
    const server = fakeServer(() => ({ body: [{ id: 'late' }] }))
    vi.spyOn(axios, 'getAdapter').mockReturnValue(server.adapter)
    const api = new ApiClient({ token: () => token, onSessionRefused: vi.fn() })
    const first = () => api.poll('/api/showtimes', undefined, { query: { limit: 60, cursor: undefined } })
    return { requests: server.requests, api, first }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
    vi.useRealTimers()
    delete window.cinemaEarly
})

describe('what was asked for before the app was there', () => {
    it('is handed over once, with its headers', async () => {
        ask(Promise.resolve(said()))
        const { first, requests } = client()
        expect(await first()).toEqual({ status: 200, data: [{ id: 'early' }], etag: '"1"', nextCursor: 'next' })
        expect(requests).toHaveLength(0)
        expect((await first()).data).toEqual([{ id: 'late' }])
        expect(requests).toHaveLength(1)
    })
    it('is no answer to another question', async () => {
        ask(Promise.resolve(said()))
        const { api, requests } = client()
        await api.page('/api/showtimes', { query: { limit: 500 } })
        expect(requests).toHaveLength(1)
    })
    it.each([
        ['was refused', () => Promise.resolve(said({ status: 401 })), {}],
        ['was not reached', () => Promise.reject<EarlyAnswer>(new Error('offline')), {}],
        ['was asked by somebody else', () => Promise.resolve(said()), { token: 'x.y.z' }],
        ['is old', () => Promise.resolve(said()), { sent: Date.now() - 60_000 }],
    ])('is asked for again when it %s', async (_, answer, more) => {
        ask(answer(), more)
        expect((await client().first()).data).toEqual([{ id: 'late' }])
    })
    it('tells when it was sent and received, for the clock', async () => {
        const sent = Date.now() - 500
        window.cinemaEarly = new Map([['/api/site', { token: undefined, sent, answer: Promise.resolve(said({ received: sent + 40 })) }]])
        expect(await takeEarly('/api/site')).toMatchObject({ sent, received: sent + 40 })
        expect(await takeEarly('/api/site')).toBeUndefined()
    })
})

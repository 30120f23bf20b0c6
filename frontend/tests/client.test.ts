import { AxiosError } from 'axios'
import { describe, expect, it, vi } from 'vitest'
import { ApiClient, timeoutMs } from '~/utils/api/client'
import { ApiProblem, asProblem } from '~/utils/api/problem'
import { fakeServer, networkDown, problem, type Reply, type Request } from './support/server'

const id = '674350e0a4f1b2c3d4e5f610'

function client(answer: (request: Request) => Reply | Promise<Reply>, token?: string) {
    const server = fakeServer(answer)
    const onSessionRefused = vi.fn()
    return { api: new ApiClient({ token: () => token, onSessionRefused }, server.http), onSessionRefused, ...server }
}

async function failure(call: Promise<unknown>): Promise<ApiProblem> {
    const error: unknown = await call.then(
        () => undefined,
        (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(ApiProblem)
    return error as ApiProblem
}

describe('a call', () => {
    it('fills the path in, sends the token and gives the JSON', async () => {
        const { api, requests } = client(() => ({ body: { id, title: 'Up' } }), 'a.b.c')
        const movie = await api.get('/api/movies/{movieId}', { path: { movieId: id } })
        expect(movie.title).toBe('Up')
        expect(requests[0]).toMatchObject({ method: 'get', url: `/api/movies/${id}`, timeout: timeoutMs })
        expect(requests[0]!.headers.get('Authorization')).toBe('Bearer a.b.c')
    })

    it('escapes what it fills in', async () => {
        const { api, requests } = client(() => ({ body: {} }))
        await api.get('/api/movies/{movieId}', { path: { movieId: '../x?y' } })
        expect(requests[0]!.url).toBe('/api/movies/..%2Fx%3Fy')
    })

    it('sends no token when there is none', async () => {
        const { api, requests } = client(() => ({ body: [] }))
        await api.get('/api/movies')
        expect(requests[0]!.headers.has('Authorization')).toBe(false)
    })

    it('posts a body with headers of its own', async () => {
        const { api, requests } = client(() => ({ status: 201, body: { bookingId: id } }))
        const hold = await api.post('/api/showtimes/{showtimeId}/seats/lock', {
            path: { showtimeId: id },
            body: { seats: ['A1'] },
            headers: { 'Idempotency-Key': 'k' },
        })
        expect(hold.bookingId).toBe(id)
        expect(requests[0]!.body).toEqual({ seats: ['A1'] })
        expect(requests[0]!.headers.get('Idempotency-Key')).toBe('k')
    })
})

describe('pages', () => {
    it.each([
        ['</api/bookings?limit=2&cursor=a%2Fb>; rel="next"', 'a/b'],
        ['</api/bookings?cursor=1>; rel=prev, </api/bookings?cursor=2>; rel="next"', '2'],
        [undefined, undefined],
        ['</api/bookings?cursor=1>; rel="prev"', undefined],
    ])('reads the cursor of %s', async (link, cursor) => {
        const { api } = client(() => ({ body: [], headers: link === undefined ? undefined : { link } }))
        expect((await api.page('/api/bookings')).nextCursor).toBe(cursor)
    })
})

describe('polling', () => {
    it('takes 304 as unchanged, with an ETag only', async () => {
        const { api, requests } = client((request) =>
            request.headers.get('If-None-Match') === '"1"' ? { status: 304 } : { body: [1], headers: { etag: '"1"' } },
        )
        const first = await api.poll('/api/admin/audit-logs', undefined)
        expect(first).toMatchObject({ status: 200, etag: '"1"' })
        expect(await api.poll('/api/admin/audit-logs', first.etag)).toMatchObject({ status: 304, data: undefined })
        expect(requests).toHaveLength(2)
    })
})

describe('what fails', () => {
    it('is the problem of the contract', async () => {
        const { api } = client(() => problem(409, 'seats-taken', { conflicts: ['A2'] }))
        const error = await failure(
            api.post('/api/showtimes/{showtimeId}/seats/lock', { path: { showtimeId: id }, body: { seats: ['A2'] } }),
        )
        expect(error).toMatchObject({
            kind: 'seats-taken',
            status: 409,
            conflicts: ['A2'],
            detail: 'Detail of seats-taken.',
            requestId: 'r-1',
        })
    })

    it('names the wrong fields and when to come back', async () => {
        const errors = [{ field: 'email', message: 'too short' }]
        const wrong = client(() => problem(422, 'validation', { errors }))
        expect((await failure(wrong.api.get('/api/movies'))).errorFor('email')).toBe('too short')
        const busy = client(() => ({ ...problem(503, 'overloaded'), headers: { 'retry-after': '7' } }))
        expect(await failure(busy.api.get('/api/movies'))).toMatchObject({ retryAfterSeconds: 7, passing: true })
    })

    it('is unexpected when it is no problem document', async () => {
        const { api } = client(() => ({ status: 502, body: '<html>', headers: { 'x-request-id': 'proxy-9' } }))
        expect(await failure(api.get('/api/movies'))).toMatchObject({
            kind: 'unexpected',
            status: 502,
            requestId: 'proxy-9',
        })
    })

    it('is offline, timeout or cancelled without an answer', async () => {
        expect((await failure(client(networkDown).api.get('/api/movies'))).kind).toBe('offline')
        const slow = client(() => {
            throw new AxiosError('timeout', AxiosError.ECONNABORTED)
        })
        expect((await failure(slow.api.get('/api/movies'))).kind).toBe('timeout')
        const abort = new AbortController()
        const never = client(() => new Promise<Reply>(() => undefined))
        const call = failure(never.api.get('/api/movies', { signal: abort.signal }))
        abort.abort()
        expect((await call).cancelled).toBe(true)
    })

    it('reads the problem that answers a download', async () => {
        const document = JSON.stringify(problem(403, 'forbidden').body)
        const { api } = client(() => ({ status: 403, body: new Blob([document]) }))
        expect((await failure(api.download('/api/admin/audit-logs.csv'))).kind).toBe('forbidden')
    })
})

describe('a refused token', () => {
    it.each(['invalid-token', 'missing-token', 'account-gone'])('%s is reported with the token', async (kind) => {
        const { api, onSessionRefused } = client(() => problem(401, kind), 'old')
        await failure(api.get('/api/movies'))
        expect(onSessionRefused).toHaveBeenCalledExactlyOnceWith('old')
    })

    it('is not what wrong credentials or a missing session are', async () => {
        const login = client(() => problem(401, 'wrong-credentials'), 'old')
        await failure(login.api.post('/api/auth/login', { body: { email: 'a@b' } }))
        const nobody = client(() => problem(401, 'missing-token'))
        await failure(nobody.api.get('/api/movies'))
        expect(login.onSessionRefused).not.toHaveBeenCalled()
        expect(nobody.onSessionRefused).not.toHaveBeenCalled()
    })
})

it('makes a problem of anything', () => {
    const known = new ApiProblem({ kind: 'not-found' })
    expect(asProblem(known)).toBe(known)
    expect(asProblem(new Error('oh'))).toMatchObject({ kind: 'unexpected', detail: 'oh' })
    expect(asProblem('oh')).toMatchObject({ kind: 'unexpected', detail: 'oh' })
})

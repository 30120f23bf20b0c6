import axios from 'axios'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useProgramme } from '~/composables/useProgramme'
import { useSiteStore } from '~/stores/site'
import type { Showtime } from '~/utils/api/contract'
import { movie, showtime } from './support/films'
import { fakeServer, networkDown, problem, type Reply, type Request } from './support/server'

const up = movie('Up')
const amelie = movie('Amélie')
const movies = [amelie, up]
const signal = new AbortController().signal

let pages: Showtime[][]
let requests: Request[]
let answer: (request: Request) => Reply | Promise<Reply>

/** The list in pages; an answer's ETag changes with what it holds. */
function server({ url, params, headers }: Request): Reply {
    const { cursor, movie_id: movieId } = params as { cursor?: string; movie_id?: string } ?? {}
    const number = Number(cursor ?? 0)
    const body = url.startsWith('/api/movies')
        ? url.endsWith('movies') ? movies : movies.find(({ id }) => url.endsWith(id))
        : movieId ? pages.flat().filter((one) => one.movieId === movieId) : pages[number]
    const etag = `"${JSON.stringify(body).length}-${JSON.stringify(body).slice(-40)}"`
    const link = !movieId && url.endsWith('showtimes') && number + 1 < pages.length
        ? { link: `</api/showtimes?cursor=${number + 1}>; rel="next"` } : {}
    if (headers.get('If-None-Match') === etag) return { status: 304, headers: { etag, ...link } }
    return { body, headers: { etag, ...link } }
}
const asked = (path: string) => requests.filter(({ url }) => url === path)

beforeEach(() => {
    answer = server
    const fake = fakeServer((request) => answer(request))
    requests = fake.requests
    vi.spyOn(axios, 'create').mockReturnValue(fake.http)
    useSiteStore().info = { ...useSiteStore().info, timeZone: 'Asia/Bangkok' }
    pages = [[showtime(up, '2026-11-24T12:00:00Z'), showtime(amelie, '2026-11-24T14:00:00Z')]]
})

describe('the whole programme', () => {
    it('is one request for the films and one for their showtimes', async () => {
        const shared = useProgramme()
        expect(shared.whole).toBe(false)
        await shared.loadAll(signal)
        expect(shared.whole).toBe(true)
        expect([...shared.movies.keys()]).toEqual([amelie.id, up.id])
        expect(shared.showtimes.get(up.id)).toEqual([pages[0]![0]])
        expect(requests).toHaveLength(2)
    })

    it('follows the pages to the end', async () => {
        pages = [pages[0]!, [showtime(up, '2026-11-25T12:00:00Z')], [showtime(up, '2026-11-26T12:00:00Z')]]
        const shared = useProgramme()
        await shared.loadAll(signal)
        expect(shared.showtimes.get(up.id)?.map(({ startTime }) => startTime.slice(8, 10))).toEqual(['24', '25', '26'])
        expect(asked('/api/showtimes').map(({ params }) => (params as { cursor?: string }).cursor)).toEqual([undefined, '1', '2'])
    })

    it('shows whole days while the next page is on its way', async () => {
        // 23:30 and 00:30 in Bangkok: the 25th may go on on the second page.
        pages = [
            [showtime(up, '2026-11-24T16:30:00Z'), showtime(up, '2026-11-24T17:30:00Z')],
            [showtime(up, '2026-11-25T12:00:00Z')],
        ]
        const shared = useProgramme()
        let meanwhile: number | undefined
        answer = (request) => {
            if ((request.params as { cursor?: string } | undefined)?.cursor) meanwhile = shared.showtimes.get(up.id)?.length
            return server(request)
        }
        await shared.loadAll(signal)
        expect(meanwhile).toBe(1)
        expect(shared.showtimes.get(up.id)).toHaveLength(3)
    })

    it('ends with a whole day after four pages', async () => {
        pages = Array.from({ length: 6 }, (_, page) => [
            showtime(up, `2026-11-${24 + page}T05:00:00Z`),
            showtime(up, `2026-11-${25 + page}T01:00:00Z`),
        ])
        const shared = useProgramme()
        await shared.loadAll(signal)
        expect(asked('/api/showtimes')).toHaveLength(4)
        // 8 o'clock on the 28th is the last of page four; the 28th is not known to its end.
        expect(shared.showtimes.get(up.id)?.at(-1)?.startTime).toBe('2026-11-27T05:00:00Z')
    })

    it('is kept where the server says that nothing has changed', async () => {
        pages.push([showtime(up, '2026-11-25T12:00:00Z', { seatsAvailable: 90 })])
        const shared = useProgramme()
        await shared.loadAll(signal)
        const before = shared.showtimes.get(up.id)
        const { id, ...rest } = before![1]!
        pages[1] = [{ id, ...rest, seatsAvailable: 7 }]
        const answered: number[] = []
        answer = (request) => {
            const reply = server(request)
            answered.push(reply.status ?? 200)
            return reply
        }
        await shared.loadAll(signal)
        expect(answered.toSorted()).toEqual([200, 304, 304])
        expect(shared.showtimes.get(up.id)?.map(({ seatsAvailable }) => seatsAvailable)).toEqual([90, 7])
        expect(shared.showtimes.get(up.id)?.[0]).toBe(before?.[0])
    })

    it('stays when it cannot be asked for again', async () => {
        const shared = useProgramme()
        await shared.loadAll(signal)
        const asOf = shared.asOf
        answer = networkDown
        await expect(shared.loadAll(signal)).rejects.toMatchObject({ kind: 'offline' })
        expect(shared.showtimes.get(up.id)).toHaveLength(1)
        expect(shared.asOf).toBe(asOf)
    })
})

describe('a film', () => {
    it('is asked for with its showtimes only', async () => {
        const shared = useProgramme()
        await shared.loadFilm(up.id, signal)
        expect(shared.movies.get(up.id)).toEqual(up)
        expect(shared.showtimes.get(up.id)).toEqual([pages[0]![0]])
        expect(shared.whole).toBe(false)
        expect(requests.map(({ url }) => url).toSorted()).toEqual([`/api/movies/{movieId}`.replace('{movieId}', up.id), '/api/showtimes'])
    })

    it('brings the programme up to date', async () => {
        const shared = useProgramme()
        await shared.loadAll(signal)
        pages[0]![0] = { ...pages[0]![0]!, seatsAvailable: 1 }
        await shared.loadFilm(up.id, signal)
        expect(shared.showtimes.get(up.id)?.[0]?.seatsAvailable).toBe(1)
        expect(shared.showtimes.get(amelie.id)?.[0]?.seatsAvailable).toBe(90)
    })

    it('that does not exist is not found, whichever answer comes first', async () => {
        let tell!: () => void
        const told = new Promise<void>((resolve) => (tell = resolve))
        answer = async ({ url }) => {
            if (url === '/api/showtimes') return problem(422, 'validation')
            await told
            return problem(404, 'not-found')
        }
        const asking = useProgramme().loadFilm('0'.repeat(24), signal)
        setTimeout(tell, 10)
        await expect(asking).rejects.toMatchObject({ kind: 'not-found' })
    })
})

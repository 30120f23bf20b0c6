import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useApi } from '~/composables/useApi'
import { useFormat } from '~/composables/useFormat'
import { serverNow } from '~/composables/useServerClock'
import type { Movie, Showtime } from '~/utils/api/contract'
import type { Answer } from '~/utils/api/client'

/** Small, so that the films of tonight are there soon. */
const firstPageShowtimes = 60
const pageShowtimes = 500
/** 1,560 showtimes: two weeks of a house with twenty rooms. */
const pagesMax = 4

interface Known<T> {
    data: T
    etag: string | undefined
    nextCursor: string | undefined
}

/**
 * The films and what is on sale, shared by the programme and the pages of the films: what one has
 * loaded, another shows at once while it asks again. Showtimes that have begun meanwhile may be
 * among them.
 */
export const useProgramme = defineStore('programme', () => {
    const movies = shallowRef(new Map<string, Movie>())
    /** By film; a film without an entry has not been asked for. */
    const showtimes = shallowRef(new Map<string, Showtime[]>())
    /** Whether all films are known, not only those whose pages were opened. */
    const whole = shallowRef(false)
    /** When seats left were last asked for, by the server's clock. */
    const asOf = shallowRef(0)

    const api = useApi()
    const { dayKey } = useFormat()
    const answers = new Map<string, Known<unknown>>()

    /** What was heard before, when the server says that it still holds. */
    async function fresh<T>(key: string, ask: (etag: string | undefined) => Promise<Answer<T>>): Promise<Known<T>> {
        const known = answers.get(key) as Known<T> | undefined
        const answer = await ask(known?.etag)
        const data = answer.status === 304 && known ? known.data : (answer.data as T)
        const heard = { data, etag: answer.etag, nextCursor: answer.nextCursor }
        answers.set(key, heard)
        return heard
    }

    /** Without the last day, of which some may still be missing; a single day stays. */
    function wholeDays(shown: Showtime[]): Showtime[] {
        const last = shown.at(-1)
        const day = last && dayKey(last.startTime)
        const earlier = shown.filter((showtime) => dayKey(showtime.startTime) !== day)
        return earlier.length > 0 ? earlier : shown
    }

    function publish(films: readonly Movie[], shown: readonly Showtime[]) {
        const all = Map.groupBy(shown, (showtime) => showtime.movieId)
        movies.value = new Map(films.map((movie) => [movie.id, movie]))
        showtimes.value = new Map(films.map(({ id }) => [id, all.get(id) ?? []]))
        whole.value = true
        asOf.value = serverNow()
    }

    /** Every film and showtime on sale; the first pages are shown while the others are on their way. */
    async function loadAll(signal: AbortSignal): Promise<void> {
        const page = (number: number, cursor?: string) =>
            fresh(`page ${number}`, (etag) => {
                const limit = number === 1 ? firstPageShowtimes : pageShowtimes
                return api.poll('/api/showtimes', etag, { query: { limit, cursor }, signal })
            })
        const opening = !whole.value
        const [films, first] = await Promise.all([
            fresh('movies', (etag) => api.poll('/api/movies', etag, { signal })),
            page(1),
        ])
        const shown = [...first.data]
        let cursor = first.nextCursor
        for (let number = 2; cursor && number <= pagesMax; number++) {
            if (opening) publish(films.data, wholeDays(shown))
            const next = await page(number, cursor)
            shown.push(...next.data)
            cursor = next.nextCursor
        }
        publish(films.data, cursor ? wholeDays(shown) : shown)
    }

    /** One film and all of its showtimes. */
    async function loadFilm(movieId: string, signal: AbortSignal): Promise<void> {
        const showing = fresh(`showtimes of ${movieId}`, (etag) =>
            api.poll('/api/showtimes', etag, { query: { movie_id: movieId, limit: pageShowtimes }, signal }))
        // Asked for together, but that there is no such film is told by the film.
        showing.catch(() => undefined)
        const movie = await fresh(`movie ${movieId}`, (etag) =>
            api.poll('/api/movies/{movieId}', etag, { path: { movieId }, signal }))
        const { data: shown } = await showing
        movies.value = new Map(movies.value).set(movieId, movie.data)
        showtimes.value = new Map(showtimes.value).set(movieId, shown)
        asOf.value = serverNow()
    }

    return { movies, showtimes, whole, asOf, loadAll, loadFilm }
})

import type { Showtime } from '~/utils/api/contract'

export type ShowtimeName = Pick<Showtime, 'movieTitle' | 'startTime' | 'auditoriumName'>

/** An unknown showtime makes it ask again, but not more often than this. */
const askAgainMs = 60_000

/** What the showtimes of events are called: those that are still to come, and what is `given`. */
export function useShowtimeNames(given: () => readonly (ShowtimeName & { showtimeId: string })[]) {
    const api = useApi()
    const upcoming = shallowRef(new Map<string, ShowtimeName>())
    let asked = -Infinity

    async function ask() {
        if (Date.now() - asked < askAgainMs) return
        asked = Date.now()
        try {
            const { items } = await api.page('/api/showtimes', { query: { limit: 500 } })
            upcoming.value = new Map(items.map((show) => [show.id, show]))
        } catch {
            // The events are readable without; the page says by itself when there is no connection.
            asked = -Infinity
        }
    }

    const named = computed(() => new Map(given().map((show) => [show.showtimeId, show])))
    const nameOf = (id: string | undefined): ShowtimeName | undefined =>
        id ? (named.value.get(id) ?? upcoming.value.get(id)) : undefined
    return {
        nameOf,
        /** Call it when events have come: fetches names if one of them is not known. */
        async want(ids: readonly (string | undefined)[]) {
            if (ids.some((id) => id && !nameOf(id))) await ask()
        },
    }
}

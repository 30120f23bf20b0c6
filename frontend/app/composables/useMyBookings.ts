import { asProblem, type ApiProblem } from '~/utils/api/problem'

export interface BookingGroups {
    /** Waiting to be paid, the most urgent first. */
    held: BookingDetail[]
    /** The next one first; what is running now is among them. */
    upcoming: BookingDetail[]
    /** Seen, cancelled and expired, the latest first. */
    past: BookingDetail[]
}

/** When a booking became a thing of the past. */
function closedAt(booking: BookingDetail): number {
    return Date.parse(booking.status === 'BOOKED' ? booking.showtimeEnd : booking.updatedAt)
}

export function groupBookings(bookings: readonly BookingDetail[], now: number): BookingGroups {
    const groups: BookingGroups = { held: [], upcoming: [], past: [] }
    for (const booking of bookings) {
        const stage = bookingStage(booking, now)
        if (stage === 'held') groups.held.push(booking)
        else if (stage === 'upcoming' || stage === 'running') groups.upcoming.push(booking)
        else groups.past.push(booking)
    }
    groups.held.sort((a, b) => Date.parse(a.lockExpiresAt) - Date.parse(b.lockExpiresAt))
    groups.upcoming.sort((a, b) => Date.parse(a.showtimeStart) - Date.parse(b.showtimeStart))
    groups.past.sort((a, b) => closedAt(b) - closedAt(a))
    return groups
}

/** So many that hardly anybody has more, because what comes next may have been booked long ago. */
const pageSize = 100

/** The visitor's bookings, in groups that follow the clock, page by page. */
export function useMyBookings() {
    const api = useApi()
    const { now } = useServerClock()
    const loadPage = (signal?: AbortSignal, cursor?: string) =>
        api.page('/api/bookings', { query: { limit: pageSize, cursor }, signal })

    const first = useResource((signal) => loadPage(signal))
    const movies = useResource(async (signal) => {
        const all = await api.get('/api/movies', { signal })
        return new Map(all.map((movie) => [movie.id, movie]))
    })

    const later = shallowRef<BookingDetail[]>([])
    const cursor = ref<string>()
    watch(first.data, (page) => {
        later.value = []
        cursor.value = page?.nextCursor
    })

    const loadingMore = ref(false)
    const moreProblem = shallowRef<ApiProblem>()
    async function more(): Promise<void> {
        if (loadingMore.value || !cursor.value) return
        loadingMore.value = true
        moreProblem.value = undefined
        const start = cursor.value
        try {
            const page = await loadPage(undefined, start)
            // The list was loaded again from its beginning meanwhile.
            if (cursor.value !== start) return
            later.value = [...later.value, ...page.items]
            cursor.value = page.nextCursor
        } catch (error) {
            moreProblem.value = asProblem(error)
        } finally {
            loadingMore.value = false
        }
    }

    const bookings = computed(() => {
        const known = new Map((first.data.value?.items ?? []).concat(later.value).map((each) => [each.id, each]))
        return [...known.values()]
    })
    const second = computed(() => Math.floor(now.value / 1000) * 1000)

    return {
        loaded: computed(() => first.data.value !== undefined),
        problem: first.problem,
        pending: first.pending,
        reload: first.reload,
        bookings,
        groups: computed(() => groupBookings(bookings.value, second.value)),
        hasMore: computed(() => cursor.value !== undefined),
        loadingMore,
        moreProblem,
        more,
        /** For the poster; the bookings are complete without. */
        movieOf: (booking: BookingDetail) => movies.data.value?.get(booking.movieId),
    }
}

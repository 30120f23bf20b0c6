import { bookingFilters } from '~/utils/admin/filters'
import type { BookingStatus } from '~/utils/api/contract'

const pageRows = 50

const fieldOf = {
    q: 'q',
    status: 'status',
    movie_id: 'film',
    showtime_id: 'showtime',
    user_id: 'user',
} as const

/** The bookings page: what it is filtered by, the page of bookings, and the films to filter by. */
export function useAdminBookings() {
    const { t } = useI18n()
    const api = useApi()
    const place = useUrlFilters(bookingFilters)

    const list = useResource(
        (signal) => {
            const { q, status, film, showtime, user } = place.filters.value
            return api.page('/api/admin/bookings', {
                query: {
                    q: q || undefined,
                    status: (status || undefined) as BookingStatus | undefined,
                    movie_id: film || undefined,
                    showtime_id: showtime || undefined,
                    user_id: user || undefined,
                    limit: pageRows,
                    cursor: place.cursor.value,
                },
                signal,
            })
        },
        { watch: place.key },
    )
    const films = useResource((signal) => api.get('/api/movies', { signal }))
    const { errors, told } = useFilterErrors(
        () => list.problem.value,
        fieldOf,
        (field) => t(`admin.bookings.errors.${field}`),
    )
    return { place, list, films, errors, told }
}

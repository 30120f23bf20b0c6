import { utcDaysOf } from '~/utils/admin/zonedTime'

/** The showtimes of one day of the cinema, of one film or of all, to choose one of. */
export function useShowtimeChoice(day: () => string, film: () => string) {
    const api = useApi()
    const site = useSiteStore()
    const f = useFormat()

    const { data, problem, pending, reload } = useResource(
        async (signal) => {
            const wanted = day()
            // The API's days are those of UTC.
            const pages = await Promise.all(
                utcDaysOf(wanted, site.info.timeZone).map((date) =>
                    api.page('/api/showtimes', { query: { date, limit: 500 }, signal }),
                ),
            )
            const found = pages.flatMap(({ items }) => items).filter((show) => f.dayKey(show.startTime) === wanted)
            return { day: wanted, showtimes: found }
        },
        { watch: day },
    )
    /** Undefined until they are known. */
    const showtimes = computed(() => {
        if (data.value?.day !== day()) return undefined
        return data.value.showtimes.filter((show) => !film() || show.movieId === film())
    })
    return { showtimes, problem, pending, reload }
}

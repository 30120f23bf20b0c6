import { byDay, byRoom, firstOfEachDay, lastBegun, upcoming } from '~/utils/programme'

/** The page of one film: what it is, and its showtimes on the chosen day by room. */
export function useFilm(movieId: () => string) {
    const shared = useProgramme()
    const { dayKey } = useFormat()
    const now = useRoughClock()
    const wished = useQueryDay()

    const { problem, pending, reload } = useResource((signal) => shared.loadFilm(movieId(), signal), {
        watch: movieId,
    })
    useRefresh(reload)

    const film = computed(() => shared.movies.get(movieId()))
    const known = computed(() => shared.showtimes.get(movieId()))
    const begun = computed(() => lastBegun(known.value ?? [], now.value))
    const showtimes = computed(() => known.value && upcoming(known.value, begun.value))
    const days = computed(() => byDay(showtimes.value ?? [], dayKey))
    /** The wished day; without one, or when the film is not shown on it, its next. */
    const day = computed({
        get: () => (days.value.has(wished.value) ? wished.value : (days.value.keys().next().value ?? '')),
        set: (value) => (wished.value = value),
    })

    return {
        film,
        showtimes,
        day,
        openDays: computed(() => firstOfEachDay(showtimes.value ?? [], dayKey)),
        rooms: computed(() => byRoom(days.value.get(day.value) ?? [])),
        missing: computed(() => problem.value?.kind === 'not-found'),
        asOf: computed(() => shared.asOf),
        problem,
        pending,
        reload,
    }
}

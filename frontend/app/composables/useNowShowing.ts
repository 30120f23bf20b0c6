import { firstOfEachDay, genresOf, lastBegun, programme, roomLeft, upcoming, type Listing } from '~/utils/programme'
import type { Showtime } from '~/utils/api/contract'

export interface Feature {
    listing: Listing
    /** The next showtime of the house that still has seats. */
    showtime: Showtime
}

/** The page of all films: what is on, day by day, as far as the visitor wishes to see it. */
export function useNowShowing() {
    const shared = useProgramme()
    const { wishes, any, ...fields } = useWishes()
    const { dayKey } = useFormat()
    const now = useRoughClock()

    const { problem, pending, reload } = useResource((signal) => shared.loadAll(signal))
    useRefresh(reload)

    const movies = computed(() => [...shared.movies.values()])
    const showtimes = computed(() => [...shared.showtimes.values()].flat())
    const begun = computed(() => lastBegun(showtimes.value, now.value))
    const onSale = computed(() => upcoming(showtimes.value, begun.value))
    const days = computed(() => programme(movies.value, onSale.value, dayKey, wishes.value))

    /** The film to begin with when nothing particular is looked for. */
    const feature = computed<Feature | undefined>(() => {
        if (any.value) return undefined
        for (const listing of days.value[0]?.listings ?? []) {
            const showtime = listing.showtimes.find((candidate) => roomLeft(candidate) !== 'sold-out')
            if (showtime) return { listing, showtime }
        }
        return undefined
    })

    return {
        ...fields,
        any,
        now,
        days,
        feature,
        found: computed(() => days.value.reduce((sum, { listings }) => sum + listings.length, 0)),
        /** One showtime of each day that there are any. */
        openDays: computed(() => firstOfEachDay(onSale.value, dayKey)),
        genres: computed(() => genresOf(movies.value, onSale.value)),
        loaded: computed(() => shared.whole),
        asOf: computed(() => shared.asOf),
        problem,
        pending,
        reload,
    }
}

import type { Showtime } from '~/utils/api/contract'

/** As many as fit on a line below a poster. */
const namedMax = 3
/** Beyond it, a weekday alone would be read as this week's. */
const weekDays = 6

/** On which other days a film is shown: `Also Wed, Fri, Sat +2`. */
export function useMoreDays(): (later: readonly Showtime[]) => string {
    const { t } = useI18n()
    const f = useFormat()
    const name = ({ startTime }: Showtime) =>
        f.date(startTime, f.daysAhead(startTime) <= weekDays ? 'weekday' : 'dayMonth')

    return (later) => {
        const days = later.slice(0, namedMax).map(name).join(', ')
        const n = later.length - namedMax
        return n > 0 ? t('home.alsoMore', { days, n }) : t('home.also', { days })
    }
}

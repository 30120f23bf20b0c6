import type { Showtime } from '~/utils/api/contract'
import { roomLeft } from '~/utils/programme'

/** How much room there is, in words: `220 left`, `Only 6 left`, `Sold out`. */
export function useSeatsLeft(): (showtime: Showtime) => string {
    const { t } = useI18n()
    const f = useFormat()
    return (showtime) => {
        const room = roomLeft(showtime)
        const n = showtime.seatsAvailable
        return t(`film.left.${room}`, { n: f.number(n) }, n)
    }
}

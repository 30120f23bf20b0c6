import type { Ref, ShallowRef } from 'vue'
import type { Booking } from '~/utils/api/contract'

/** My bookings come newest first, and a hold is never older than this many of its lives. */
const livesMax = 2

/**
 * The bookings behind the seats that are held for me in a showtime, asked for again whenever
 * these seats change.
 */
export function useOwnHolds(showtimeId: string, heldSeats: Ref<readonly string[]>) {
    const api = useApi()
    const site = useSiteStore()
    const holds = shallowRef<Booking[]>([])
    let running: AbortController | undefined

    async function find(signal: AbortSignal): Promise<Booking[]> {
        const oldest = serverNow() - livesMax * site.info.lockTtlSeconds * 1000
        const found: Booking[] = []
        let cursor: string | undefined
        do {
            const page: { items: Booking[]; nextCursor: string | undefined } = await api.page('/api/bookings', {
                query: { limit: 50, cursor },
                signal,
            })
            found.push(
                ...page.items.filter((one) => one.showtimeId === showtimeId && one.status === 'LOCKED'),
            )
            const last = page.items.at(-1)
            cursor = last && Date.parse(last.createdAt) > oldest ? page.nextCursor : undefined
        } while (cursor)
        return found
    }

    async function look(): Promise<void> {
        running?.abort()
        if (heldSeats.value.length === 0) {
            holds.value = []
            return
        }
        const mine = (running = new AbortController())
        try {
            const found = await find(mine.signal)
            if (!mine.signal.aborted) holds.value = found
        } catch {
            // The seats are marked as mine all the same; without the booking there is no way back to offer.
            if (!mine.signal.aborted) holds.value = []
        }
    }

    watch(() => heldSeats.value.join(), look, { immediate: true })
    onScopeDispose(() => running?.abort())
    return { holds: holds as Readonly<ShallowRef<readonly Booking[]>>, look }
}

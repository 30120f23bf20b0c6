import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import type { BookingResource } from './useBooking'

/** Staff, or the visitor in another tab, may end a hold whose page is open. */
const lookEveryMs = 5_000

/**
 * Keeps a booking up to date while `waiting`: nothing is being done about it here. What was asked
 * before something is done is dropped, because it tells of the time before.
 */
export function useHoldWatch(bookingId: string, resource: BookingResource, waiting: () => boolean): void {
    const api = useApi()
    const visibility = useDocumentVisibility()
    let running: AbortController | undefined

    async function look(): Promise<void> {
        if (!waiting() || visibility.value === 'hidden') return
        running?.abort()
        const mine = (running = new AbortController())
        try {
            const path = { bookingId }
            const seen = await api.get('/api/bookings/{bookingId}', { path, signal: mine.signal })
            if (!mine.signal.aborted) resource.update(seen)
        } catch {
            // The next look tells, or what the visitor does next.
        }
    }

    useIntervalFn(() => void look(), lookEveryMs)
    watch(visibility, () => void look())
    watch(waiting, (now) => now || running?.abort(), { flush: 'sync' })
    onScopeDispose(() => running?.abort())
}

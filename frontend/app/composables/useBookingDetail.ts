import { useIntervalFn } from '@vueuse/core'
import type { EventType } from '~/utils/api/contract'

const everyMs = 2_000

/** As many events as a booking can have, and more. */
const trailMax = 50

const endings: readonly EventType[] = ['BookingConfirmed', 'BookingCancelled', 'BookingExpired']

/**
 * One booking with its trail, oldest event first. Asked for again as long as it is only held, and
 * until its end has been written into the trail, which happens a moment later.
 */
export function useBookingDetail(id: string) {
    const api = useApi()
    const resource = useResource(async (signal) => {
        const [booking, trail] = await Promise.all([
            api.get('/api/admin/bookings/{bookingId}', { path: { bookingId: id }, signal }),
            api.get('/api/admin/audit-logs', { query: { booking_id: id, limit: trailMax }, signal }),
        ])
        return { booking, trail: trail.toReversed() }
    })
    useIntervalFn(() => {
        const { data, pending, reload } = resource
        const ended = data.value?.trail.some(({ eventType }) => endings.includes(eventType))
        if (data.value && !ended && !pending.value && !document.hidden) void reload()
    }, everyMs)
    return resource
}

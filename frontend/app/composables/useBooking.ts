import type { Booking, Data } from '~/utils/api/contract'

/** A booking with what it is for: film, showtime and room. */
export type BookingDetail = Data<'/api/bookings/{bookingId}', 'get'>

/**
 * What a booking is to its owner at a moment. `expired` is also a hold whose time is up while the
 * server has not yet written it down: it can no longer be paid.
 */
export type BookingStage = 'held' | 'upcoming' | 'running' | 'over' | 'cancelled' | 'expired'

type Staged = Pick<BookingDetail, 'status' | 'lockExpiresAt' | 'showtimeStart' | 'showtimeEnd'>

export function bookingStage(booking: Staged, now: number): BookingStage {
    switch (booking.status) {
        case 'LOCKED':
            return now < Date.parse(booking.lockExpiresAt) ? 'held' : 'expired'
        case 'BOOKED':
            if (now < Date.parse(booking.showtimeStart)) return 'upcoming'
            return now < Date.parse(booking.showtimeEnd) ? 'running' : 'over'
        case 'CANCELLED':
            return 'cancelled'
        case 'EXPIRED':
            return 'expired'
    }
}

/** Where the money of a closed booking is; undefined when there never was any. */
export function refundOf(booking: Pick<Booking, 'paymentStatus'>, stage: BookingStage): 'done' | 'underway' | undefined {
    if (booking.paymentStatus === 'REFUNDED') return 'done'
    const closed = stage === 'cancelled' || stage === 'expired'
    return closed && booking.paymentStatus === 'SUCCESS' ? 'underway' : undefined
}

const byRowAndNumber = new Intl.Collator('en', { numeric: true })

/** `A10, A2` → `A2, A10`. */
export function sortedSeats(seats: readonly string[]): string[] {
    return [...seats].sort(byRowAndNumber.compare)
}

/** One booking of the visitor's; `problem.kind` is `not-found` for everybody else's. */
export function useBooking(bookingId: string) {
    const api = useApi()
    const resource = useResource((signal) => api.get('/api/bookings/{bookingId}', { path: { bookingId }, signal }))
    return {
        ...resource,
        /** Takes over what the server has answered to a change; such answers lack the film's names. */
        update(changed: Booking): void {
            if (resource.data.value) resource.data.value = { ...resource.data.value, ...changed }
        },
    }
}

export type BookingResource = ReturnType<typeof useBooking>

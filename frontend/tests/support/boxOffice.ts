import type { Dashboard } from '~/utils/admin/figures'
import type { AdminBooking, AuditLog } from '~/utils/api/contract'

export const ids = {
    booking: '674350e0a4f1b2c3d4e5f708',
    user: '674350e0a4f1b2c3d4e5f607',
    showtime: '674350e0a4f1b2c3d4e5f699',
    movie: '674350e0a4f1b2c3d4e5f610',
}

export const booking = (changes: Partial<AdminBooking> = {}): AdminBooking => ({
    id: ids.booking,
    userId: ids.user,
    userName: 'Somchai',
    userEmail: 'somchai@example.org',
    showtimeId: ids.showtime,
    seats: ['A1', 'A2', 'A3'],
    status: 'BOOKED',
    amount: 120_000,
    currency: 'THB',
    lockExpiresAt: '2026-11-24T12:35:00.000Z',
    paymentId: '674350e0a4f1b2c3d4e5f809',
    paymentStatus: 'SUCCESS',
    createdAt: '2026-11-24T12:30:00.000Z',
    updatedAt: '2026-11-24T12:31:00.000Z',
    movieId: ids.movie,
    movieTitle: 'Inception',
    showtimeStart: '2026-11-24T13:00:00.000Z',
    showtimeEnd: '2026-11-24T15:28:00.000Z',
    auditoriumName: 'Studio',
    ...changes,
})

export const entry = (changes: Partial<AuditLog> = {}): AuditLog => ({
    id: '674350e0a4f1b2c3d4e5f90a',
    eventId: '01934c2e-7d1a-7c3e-9b1f-3a5d7e9f1b2c',
    eventType: 'BookingConfirmed',
    userId: ids.user,
    showtimeId: ids.showtime,
    bookingId: ids.booking,
    seats: ['A1', 'A2', 'A3'],
    payload: { amount: 120_000, currency: 'THB' },
    createdAt: '2026-11-24T12:31:00.000Z',
    ...changes,
})

export const dashboard = (changes: Partial<Dashboard> = {}): Dashboard => ({
    asOf: '2026-11-24T12:31:12.345Z',
    timeZone: 'Asia/Bangkok',
    today: {
        date: '2026-11-24',
        bookings: 2,
        seats: 5,
        revenue: [{ currency: 'THB', amount: 120_000 }],
        refunds: { bookings: 1, amount: [{ currency: 'THB', amount: 48_000 }] },
    },
    revenueByDay: [
        { date: '2026-11-23', bookings: 0, seats: 0, revenue: [] },
        { date: '2026-11-24', bookings: 2, seats: 5, revenue: [{ currency: 'THB', amount: 120_000 }] },
    ],
    holds: {
        bookings: 1,
        seats: 2,
        amount: [{ currency: 'THB', amount: 48_000 }],
        nextExpiryAt: '2026-11-24T12:35:00.000Z',
    },
    occupancy: [
        {
            showtimeId: ids.showtime,
            movieId: ids.movie,
            movieTitle: 'Inception',
            auditoriumName: 'Studio',
            startTime: '2026-11-24T13:00:00.000Z',
            endTime: '2026-11-24T15:28:00.000Z',
            seatsTotal: 90,
            seatsBooked: 5,
            seatsLocked: 2,
        },
    ],
    ...changes,
})

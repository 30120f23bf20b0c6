import type { BookingDetail } from '~/composables/useBooking'
import type { ShowtimeDetail } from '~/utils/api/contract'

export const owner = { id: '674350e0a4f1b2c3d4e5f607', email: 'user@cinema.local', name: 'Demo User', role: 'USER' } as const

/** When the tests' hold begins; it lasts five minutes. */
export const heldAt = Date.parse('2026-11-24T10:00:00.000Z')

export function bookingOf(changes: Partial<BookingDetail> = {}): BookingDetail {
    return {
        id: '674350e0a4f1b2c3d4e5f708',
        userId: owner.id,
        showtimeId: '674350e0a4f1b2c3d4e5f699',
        seats: ['A1', 'A2'],
        status: 'LOCKED',
        amount: 48_000,
        currency: 'THB',
        lockExpiresAt: new Date(heldAt + 300_000).toISOString(),
        createdAt: new Date(heldAt).toISOString(),
        updatedAt: new Date(heldAt).toISOString(),
        movieId: '674350e0a4f1b2c3d4e5f610',
        movieTitle: 'Inception',
        showtimeStart: '2026-11-24T12:30:00.000Z',
        showtimeEnd: '2026-11-24T14:58:00.000Z',
        auditoriumName: 'Studio',
        ...changes,
    }
}

/** One row: A1 and A2 standard, A3 premium. */
export function showtimeOf(changes: Partial<ShowtimeDetail> = {}): ShowtimeDetail {
    const seat = (number: number, category: 'standard' | 'premium') => ({
        seatCode: `A${number}`,
        number,
        column: number,
        category,
    })
    return {
        id: '674350e0a4f1b2c3d4e5f699',
        movieId: '674350e0a4f1b2c3d4e5f610',
        movieTitle: 'Inception',
        startTime: '2026-11-24T12:30:00.000Z',
        endTime: '2026-11-24T14:58:00.000Z',
        auditoriumId: '674350e0a4f1b2c3d4e5f6a0',
        auditoriumName: 'Studio',
        seatmapId: '674350e0a4f1b2c3d4e5f6a1',
        prices: { standard: 24_000, premium: 30_000 },
        currency: 'THB',
        seatsTotal: 3,
        seatsAvailable: 3,
        plan: {
            columns: 4,
            curvePercent: 0,
            screen: { column: 0, width: 4 },
            rows: [{ label: 'A', y: 0, seats: [seat(1, 'standard'), seat(2, 'standard'), seat(3, 'premium')] }],
        },
        ...changes,
    }
}

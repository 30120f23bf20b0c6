import type { Booking, SeatCategory, ShowtimeDetail } from '~/utils/api/contract'

export interface OrderLine {
    seatCode: string
    /** Row and number as on the plan, and the category; undefined while the plan is not known. */
    row?: string
    number?: number
    category?: SeatCategory
    /** Minor units. */
    price?: number
}

/**
 * The seats of a booking with what each costs. The booking's amount was fixed when the seats were
 * held: prices that do not add up to it (they were changed since) are left out.
 */
export function orderLines(
    booking: Pick<Booking, 'seats' | 'amount' | 'currency'>,
    showtime: ShowtimeDetail | undefined,
): OrderLine[] {
    const plan = new Map(
        showtime?.plan.rows.flatMap((row) =>
            row.seats.map((seat) => [seat.seatCode, { ...seat, row: row.label }] as const),
        ),
    )
    const lines = sortedSeats(booking.seats).map((seatCode): OrderLine => {
        const seat = plan.get(seatCode)
        if (!seat) return { seatCode }
        const { row, number, category } = seat
        return { seatCode, row, number, category, price: showtime?.prices[category] }
    })
    const adds =
        showtime?.currency === booking.currency &&
        lines.every(({ price }) => price !== undefined) &&
        lines.reduce((sum, { price }) => sum + price!, 0) === booking.amount
    return adds ? lines : lines.map((line) => ({ ...line, price: undefined }))
}

/**
 * What the summary of a booking shows beyond the booking itself. It does without what cannot be
 * loaded: the amount and the names are in the booking.
 */
export function useOrder(booking: Ref<BookingDetail | undefined>) {
    const api = useApi()
    const showtime = useResource(
        async (signal) => {
            const showtimeId = booking.value?.showtimeId
            return showtimeId ? api.get('/api/showtimes/{showtimeId}', { path: { showtimeId }, signal }) : undefined
        },
        { watch: () => booking.value?.showtimeId },
    )
    const movie = useResource(
        async (signal) => {
            const movieId = booking.value?.movieId
            return movieId ? api.get('/api/movies/{movieId}', { path: { movieId }, signal }) : undefined
        },
        { watch: () => booking.value?.movieId },
    )
    return {
        movie: movie.data,
        lines: computed(() => (booking.value ? orderLines(booking.value, showtime.data.value) : [])),
        /** Whether prices may still come. */
        pricing: computed(() => !showtime.data.value && !showtime.problem.value),
    }
}

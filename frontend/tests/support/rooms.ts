import type { Plan, Seat, SeatCategory, ShowtimeDetail } from '~/utils/api/contract'

const categories: Record<string, SeatCategory> = {
    s: 'standard',
    p: 'premium',
    a: 'accessible',
    c: 'companion',
    l: 'loveseat',
}

/** A plan as the catalogue writes rooms: one text a row from the screen backwards, `=` a walkway. */
export function planOf(rows: string[], curvePercent = 0): Plan {
    const columns = Math.max(...rows.map((row) => row.length))
    const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'].concat([...'ABCDEFGHJKLMNPQRSTUVWXYZ'].map((one) => one + one))
    return {
        columns,
        curvePercent,
        screen: { column: 0, width: columns },
        rows: rows.flatMap((row, y) => {
            if (row === '=') return []
            const label = letters.shift()!
            let number = 0
            const seats = [...row].flatMap((letter, column) => {
                const category = categories[letter]
                if (!category) return []
                number++
                return { seatCode: `${label}${number}`, number, column, category }
            })
            return { label, y, seats }
        }),
    }
}

export const prices = { standard: 22000, premium: 28000, accessible: 18000, companion: 18000, loveseat: 30000 }

/** The list of seats as the server sends it, all free but for those that are given. */
export function seatsOf(plan: Plan, states: Record<string, Partial<Seat>> = {}): Seat[] {
    return plan.rows.flatMap(({ label, seats }) =>
        seats.map(({ seatCode, number, category }) => ({
            seatCode,
            row: label,
            number,
            category,
            price: prices[category],
            state: 'AVAILABLE' as const,
            version: 0,
            ...states[seatCode],
        })),
    )
}

export const showtimeId = '674350e0a4f1b2c3d4e5f699'

export function showtimeOf(plan: Plan, more: Partial<ShowtimeDetail> = {}): ShowtimeDetail {
    const seatsTotal = plan.rows.reduce((sum, { seats }) => sum + seats.length, 0)
    return {
        id: showtimeId,
        movieId: '674350e0a4f1b2c3d4e5f610',
        movieTitle: 'Up',
        startTime: '2999-11-24T12:30:00.000Z',
        endTime: '2999-11-24T14:06:00.000Z',
        auditoriumId: '674350e0a4f1b2c3d4e5f611',
        auditoriumName: 'Studio',
        seatmapId: '674350e0a4f1b2c3d4e5f612',
        prices,
        currency: 'THB',
        seatsTotal,
        seatsAvailable: seatsTotal,
        plan,
        ...more,
    }
}

import type { components } from '~/types/api'

type Schemas = components['schemas']
export type Dashboard = Schemas['Dashboard']
export type Amounts = Schemas['Amounts']
export type DashboardDay = Schemas['DashboardDay']
export type DashboardShowtime = Schemas['DashboardShowtime']

export interface RevenueDay {
    /** `2026-11-24`, of the cinema's zone. */
    date: string
    /** Minor units. */
    amount: number
    seats: number
    bookings: number
}

/** The currencies that money was taken in, the one with the most days first. */
export function currenciesOf(days: readonly DashboardDay[]): string[] {
    const count = new Map<string, number>()
    for (const { currency } of days.flatMap(({ revenue }) => revenue)) {
        count.set(currency, (count.get(currency) ?? 0) + 1)
    }
    return [...count].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([currency]) => currency)
}

export function revenueSeries(days: readonly DashboardDay[], currency: string | undefined): RevenueDay[] {
    return days.map(({ date, bookings, seats, revenue }) => ({
        date,
        bookings,
        seats,
        amount: revenue.find((part) => part.currency === currency)?.amount ?? 0,
    }))
}

export interface RevenueTotal {
    amount: number
    seats: number
    bookings: number
    /** The one with the highest takings; undefined without any. */
    best: RevenueDay | undefined
}

export function totalOf(series: readonly RevenueDay[]): RevenueTotal {
    const sum = (what: (day: RevenueDay) => number) => series.reduce((total, day) => total + what(day), 0)
    const best = series.reduce<RevenueDay | undefined>(
        (top, day) => (day.amount > (top?.amount ?? 0) ? day : top),
        undefined,
    )
    return {
        amount: sum(({ amount }) => amount),
        seats: sum(({ seats }) => seats),
        bookings: sum(({ bookings }) => bookings),
        best,
    }
}

/** A round scale from 0 to at least `max`, in about `steps` steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(max: number, steps = 4): number[] {
    if (max <= 0) return [0]
    const rough = max / steps
    const power = 10 ** Math.floor(Math.log10(rough))
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!
    return Array.from({ length: Math.ceil(max / step) + 1 }, (_, index) => index * step)
}

/** Which of `count` columns get a label when about `fit` have room: evenly, the last one always. */
export function labelledColumns(count: number, fit: number): number[] {
    const every = Math.max(1, Math.ceil(count / Math.max(1, fit)))
    return Array.from({ length: count }, (_, index) => index).filter((index) => (count - 1 - index) % every === 0)
}

export type Phase = 'over' | 'running' | 'ahead'

export interface Occupancy extends DashboardShowtime {
    phase: Phase
    seatsFree: number
    /** Of all seats, 0 to 1. */
    booked: number
    held: number
}

export interface OccupancyDay {
    /** `2026-11-24`, of the cinema's zone. */
    day: string
    showtimes: Occupancy[]
    /** Of all seats of the day, 0 to 1. */
    booked: number
}

const share = (part: number, all: number) => (all > 0 ? Math.min(1, part / all) : 0)

function occupancyOf(show: DashboardShowtime, now: number): Occupancy {
    const { seatsTotal, seatsBooked, seatsLocked } = show
    const phase = now >= Date.parse(show.endTime) ? 'over' : now >= Date.parse(show.startTime) ? 'running' : 'ahead'
    return {
        ...show,
        phase,
        seatsFree: Math.max(0, seatsTotal - seatsBooked - seatsLocked),
        booked: share(seatsBooked, seatsTotal),
        held: share(seatsLocked, seatsTotal),
    }
}

/** The showtimes by the days they begin on, in the order of their starts. */
export function occupancyByDay(
    shows: readonly DashboardShowtime[],
    now: number,
    dayKey: (instant: string) => string,
): OccupancyDay[] {
    const days = new Map<string, Occupancy[]>()
    const sorted = shows.toSorted((a, b) => Date.parse(a.startTime) - Date.parse(b.startTime))
    for (const show of sorted) {
        const day = dayKey(show.startTime)
        days.set(day, [...(days.get(day) ?? []), occupancyOf(show, now)])
    }
    return [...days].map(([day, showtimes]) => {
        const sum = (key: 'seatsBooked' | 'seatsTotal') => showtimes.reduce((total, show) => total + show[key], 0)
        return { day, showtimes, booked: share(sum('seatsBooked'), sum('seatsTotal')) }
    })
}

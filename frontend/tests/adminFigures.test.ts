import { describe, expect, it } from 'vitest'
import {
    currenciesOf,
    labelledColumns,
    occupancyByDay,
    revenueSeries,
    roundTicks,
    totalOf,
    type DashboardShowtime,
} from '~/utils/admin/figures'
import { amountsText, compactMoney } from '~/utils/admin/money'
import { seatRanges } from '~/utils/admin/seatRanges'
import { createFormatter } from '~/utils/format'

const thb = (amount: number) => ({ currency: 'THB', amount })
const usd = (amount: number) => ({ currency: 'USD', amount })
const day = (date: string, ...revenue: { currency: string; amount: number }[]) => ({
    date,
    bookings: revenue.length,
    seats: revenue.length * 2,
    revenue,
})

describe('revenue', () => {
    const days = [day('2026-11-22'), day('2026-11-23', thb(500), usd(90)), day('2026-11-24', thb(200))]

    it('is of one currency at a time, the commonest first', () => {
        expect(currenciesOf(days)).toEqual(['THB', 'USD'])
        expect(revenueSeries(days, 'THB').map(({ amount }) => amount)).toEqual([0, 500, 200])
        expect(revenueSeries(days, 'USD').map(({ amount }) => amount)).toEqual([0, 90, 0])
    })
    it('is nothing in a new house, not an error', () => {
        const empty = [day('2026-11-23'), day('2026-11-24')]
        expect(currenciesOf(empty)).toEqual([])
        expect(totalOf(revenueSeries(empty, undefined))).toEqual({ amount: 0, seats: 0, bookings: 0, best: undefined })
    })
    it('adds up, and knows its best day', () => {
        const total = totalOf(revenueSeries(days, 'THB'))
        expect(total).toMatchObject({ amount: 700, seats: 6, bookings: 3 })
        expect(total.best?.date).toBe('2026-11-23')
    })
})

describe('the scale', () => {
    it.each([
        [0, [0]],
        [1, [0, 0.5, 1]],
        [97, [0, 50, 100]],
        [412_300, [0, 200_000, 400_000, 600_000]],
        [400, [0, 100, 200, 300, 400]],
        [999, [0, 500, 1000]],
    ])('up to %d', (max, ticks) => {
        expect(roundTicks(max)).toEqual(ticks)
    })
    it('labels as many columns as fit, today always', () => {
        expect(labelledColumns(7, 10)).toEqual([0, 1, 2, 3, 4, 5, 6])
        expect(labelledColumns(14, 5)).toEqual([1, 4, 7, 10, 13])
        expect(labelledColumns(30, 0)).toEqual([29])
        expect(labelledColumns(0, 5)).toEqual([])
    })
})

describe('occupancy', () => {
    const show = (startTime: string, booked: number, locked: number, total = 100): DashboardShowtime => ({
        showtimeId: startTime,
        movieId: 'm',
        movieTitle: 'Up',
        auditoriumName: 'Studio',
        startTime,
        endTime: new Date(Date.parse(startTime) + 7_200_000).toISOString(),
        seatsTotal: total,
        seatsBooked: booked,
        seatsLocked: locked,
    })
    const f = createFormatter({ locale: () => 'en-GB', timeZone: () => 'Asia/Bangkok', now: () => 0 })
    const now = Date.parse('2026-11-24T12:00:00Z')
    const days = occupancyByDay(
        [
            show('2026-11-24T17:30:00.000Z', 0, 0, 0),
            show('2026-11-24T13:00:00.000Z', 90, 10),
            show('2026-11-24T10:00:00.000Z', 40, 0),
            show('2026-11-24T11:00:00.000Z', 50, 25),
        ],
        now,
        f.dayKey,
    )

    it('is sorted into the days of the cinema', () => {
        // 17:30 UTC is half past midnight in Bangkok.
        expect(days.map((group) => [group.day, group.showtimes.length])).toEqual([
            ['2026-11-24', 3],
            ['2026-11-25', 1],
        ])
        expect(days[0]!.booked).toBeCloseTo(0.6)
    })
    it('tells what is over, running and ahead', () => {
        expect(days[0]!.showtimes.map(({ phase }) => phase)).toEqual(['over', 'running', 'ahead'])
    })
    it('shares the seats out', () => {
        const [, running, full] = days[0]!.showtimes
        expect(running).toMatchObject({ booked: 0.5, held: 0.25, seatsFree: 25 })
        expect(full).toMatchObject({ booked: 0.9, held: 0.1, seatsFree: 0 })
    })
    it('of a room without seats is 0', () => {
        expect(days[1]!.showtimes[0]).toMatchObject({ booked: 0, held: 0, seatsFree: 0 })
        expect(days[1]!.booked).toBe(0)
    })
})

describe('in words', () => {
    const f = createFormatter({ locale: () => 'en-GB', timeZone: () => 'UTC', now: () => 0 })

    it('sums of several currencies', () => {
        expect(amountsText([], f)).toBe('0')
        expect(amountsText([thb(120_000)], f)).toBe('฿1,200')
        expect(amountsText([thb(120_000), { currency: 'EUR', amount: 950 }], f)).toBe('฿1,200 + €9.50')
    })
    it('money on an axis, by the currency’s own minor units', () => {
        // Whether it is k or K is up to Intl.
        expect(compactMoney(1_250_000, 'THB', 'en-GB').toUpperCase()).toBe('฿12.5K')
        expect(compactMoney(1_250_000, 'JPY', 'en-GB').toUpperCase()).toBe('¥1.3M')
    })
    it.each([
        [['A1', 'A2', 'A3', 'B7'], ['A1–A3', 'B7']],
        [['A1', 'A2'], ['A1', 'A2']],
        [['A9', 'A10', 'A11'], ['A9–A11']],
        [['A3', 'A2', 'A1'], ['A3', 'A2', 'A1']],
        [['A1', 'AA2', 'AA3', 'AA4'], ['A1', 'AA2–AA4']],
        [[], []],
    ])('the seats %j are %j', (seats, ranges) => {
        expect(seatRanges(seats)).toEqual(ranges)
    })
})

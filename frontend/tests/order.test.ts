import { describe, expect, it } from 'vitest'
import { orderLines } from '~/composables/useOrder'
import { bookingOf, showtimeOf } from './support/bookings'

describe('the lines of an order', () => {
    it('name row, number, category and price of each seat', () => {
        const lines = orderLines(bookingOf({ seats: ['A3', 'A1'], amount: 54_000 }), showtimeOf())
        expect(lines).toEqual([
            { seatCode: 'A1', row: 'A', number: 1, category: 'standard', price: 24_000 },
            { seatCode: 'A3', row: 'A', number: 3, category: 'premium', price: 30_000 },
        ])
    })
    it('leave prices out that do not add up to what was agreed', () => {
        const lines = orderLines(bookingOf({ amount: 44_000 }), showtimeOf())
        expect(lines.map(({ category }) => category)).toEqual(['standard', 'standard'])
        expect(lines.map(({ price }) => price)).toEqual([undefined, undefined])
    })
    it('leave prices out that are in another currency', () => {
        const lines = orderLines(bookingOf(), showtimeOf({ currency: 'EUR' }))
        expect(lines.every(({ price }) => price === undefined)).toBe(true)
    })
    it('do with the codes for a seat that the plan no longer has, and without a plan', () => {
        expect(orderLines(bookingOf({ seats: ['A1', 'Z9'], amount: 24_000 }), showtimeOf())[1]).toEqual({
            seatCode: 'Z9',
            price: undefined,
        })
        expect(orderLines(bookingOf(), undefined).map(({ seatCode }) => seatCode)).toEqual(['A1', 'A2'])
    })
    it('show what costs nothing as such', () => {
        const free = showtimeOf({ prices: { standard: 0, premium: 0 } })
        expect(orderLines(bookingOf({ amount: 0 }), free).map(({ price }) => price)).toEqual([0, 0])
    })
})

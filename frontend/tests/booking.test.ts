import { describe, expect, it } from 'vitest'
import { bookingStage, refundOf, sortedSeats } from '~/composables/useBooking'
import { bookingOf, heldAt } from './support/bookings'

const at = (instant: string) => Date.parse(instant)

describe('the stage of a booking', () => {
    it('of a hold ends to the millisecond', () => {
        expect(bookingStage(bookingOf(), heldAt + 299_999)).toBe('held')
        expect(bookingStage(bookingOf(), heldAt + 300_000)).toBe('expired')
    })
    it('of a ticket follows the film', () => {
        const ticket = bookingOf({ status: 'BOOKED' })
        expect(bookingStage(ticket, at('2026-11-24T12:29:59.999Z'))).toBe('upcoming')
        expect(bookingStage(ticket, at('2026-11-24T12:30:00.000Z'))).toBe('running')
        expect(bookingStage(ticket, at('2026-11-24T14:58:00.000Z'))).toBe('over')
    })
    it('of a closed booking does not depend on the time', () => {
        expect(bookingStage(bookingOf({ status: 'CANCELLED' }), heldAt)).toBe('cancelled')
        expect(bookingStage(bookingOf({ status: 'EXPIRED' }), heldAt)).toBe('expired')
    })
})

describe('the money of a booking', () => {
    it('was given back, or is on its way', () => {
        expect(refundOf({ paymentStatus: 'REFUNDED' }, 'cancelled')).toBe('done')
        expect(refundOf({ paymentStatus: 'SUCCESS' }, 'expired')).toBe('underway')
    })
    it('is where it belongs, or never was there', () => {
        expect(refundOf({ paymentStatus: 'SUCCESS' }, 'upcoming')).toBeUndefined()
        expect(refundOf({ paymentStatus: 'SUCCESS' }, 'held')).toBeUndefined()
        expect(refundOf({}, 'expired')).toBeUndefined()
        expect(refundOf({ paymentStatus: 'FAILED' }, 'expired')).toBeUndefined()
    })
})

it('seats stand by row, then by number', () => {
    expect(sortedSeats(['B1', 'A10', 'AA1', 'A2'])).toEqual(['A2', 'A10', 'AA1', 'B1'])
})

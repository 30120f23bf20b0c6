import { describe, expect, it } from 'vitest'
import { dayBounds, instantOf, localOf, utcDaysOf } from '~/utils/admin/zonedTime'

const iso = (instant: number | undefined) => (instant === undefined ? undefined : new Date(instant).toISOString())

describe('an instant of the cinema’s clock', () => {
    it.each([
        ['2026-11-24T19:30', 'Asia/Bangkok', '2026-11-24T12:30:00.000Z'],
        ['2026-11-24T00:00', 'Asia/Bangkok', '2026-11-23T17:00:00.000Z'],
        ['2026-11-24T19:30', 'UTC', '2026-11-24T19:30:00.000Z'],
        ['2026-07-01T12:15', 'America/St_Johns', '2026-07-01T14:45:00.000Z'],
        ['2026-12-31T23:59', 'Pacific/Kiritimati', '2026-12-31T09:59:00.000Z'],
        // Berlin goes to summer time at 2:00 on 29 March: 2:30 is skipped, and 1:59 is the last before.
        ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
        ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
        ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
        // And back at 3:00 on 25 October: 2:30 comes twice.
        ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
        ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    ])('%s in %s is %s', (local, zone, instant) => {
        expect(iso(instantOf(local, zone))).toBe(instant)
    })
    it.each(['', 'today', '2026-11-24', '2026-13-01T00:00', '2026-11-24T25:00', '2026-11-24T19:30Z'])('%j is none', (text) => {
        expect(instantOf(text, 'Asia/Bangkok')).toBeUndefined()
    })
    it('goes back to what the clock shows', () => {
        const instant = Date.parse('2026-11-24T12:30:59.999Z')
        expect(localOf(instant, 'Asia/Bangkok')).toBe('2026-11-24T19:30')
        expect(localOf(Date.parse('2026-11-23T17:00:00Z'), 'Asia/Bangkok')).toBe('2026-11-24T00:00')
    })
})

describe('a day of the cinema', () => {
    it('is as long as its clock says', () => {
        const hours = (day: string, zone: string) => {
            const [from, to] = dayBounds(day, zone)!
            return (to - from) / 3_600_000
        }
        expect(hours('2026-11-24', 'Asia/Bangkok')).toBe(24)
        expect(hours('2026-03-29', 'Europe/Berlin')).toBe(23)
        expect(hours('2026-10-25', 'Europe/Berlin')).toBe(25)
        expect(dayBounds('soon', 'UTC')).toBeUndefined()
        expect(dayBounds('2026-02-30x', 'UTC')).toBeUndefined()
    })
    it.each([
        ['Asia/Bangkok', ['2026-11-23', '2026-11-24']],
        ['UTC', ['2026-11-24']],
        ['America/New_York', ['2026-11-24', '2026-11-25']],
    ])('touches these UTC days in %s', (zone, days) => {
        expect(utcDaysOf('2026-11-24', zone)).toEqual(days)
    })
    it('that is none touches no day', () => {
        expect(utcDaysOf('', 'UTC')).toEqual([])
    })
})

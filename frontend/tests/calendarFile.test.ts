import { describe, expect, it } from 'vitest'
import { calendarFile, type CalendarEvent } from '~/composables/useCalendarFile'

const event: CalendarEvent = {
    uid: '674350e0a4f1b2c3d4e5f708@cinema.example',
    stamp: Date.parse('2026-11-23T09:08:07.006Z'),
    start: '2026-11-24T12:30:00.000Z',
    end: '2026-11-24T14:58:00.000Z',
    summary: 'Inception',
    location: 'Studio, Sala',
    description: 'Seats: A1 and A2',
    url: 'https://cinema.example/tickets/674350e0a4f1b2c3d4e5f708',
}
/** As a calendar reads it: unfolded, by name. */
function read(file: string): Map<string, string> {
    const lines = file.replaceAll('\r\n ', '').split('\r\n').filter(Boolean)
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
const octets = (text: string) => new TextEncoder().encode(text).length

describe('the calendar file', () => {
    it('is one event in one calendar', () => {
        const lines = calendarFile(event).split('\r\n')
        expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0'])
        expect(lines.slice(-3)).toEqual(['END:VEVENT', 'END:VCALENDAR', ''])
        expect(lines.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1)
        expect(lines.some((line) => line.startsWith('PRODID:'))).toBe(true)
    })
    it('has its times in UTC', () => {
        const fields = read(calendarFile(event))
        expect(fields.get('DTSTAMP')).toBe('20261123T090807Z')
        expect(fields.get('DTSTART')).toBe('20261124T123000Z')
        expect(fields.get('DTEND')).toBe('20261124T145800Z')
    })
    it('has the same UID whenever it is made', () => {
        const later = calendarFile({ ...event, stamp: event.stamp + 1_000 })
        expect(read(later).get('UID')).toBe(event.uid)
    })
    it('escapes what has a meaning in it', () => {
        const fields = read(
            calendarFile({ ...event, summary: 'Crouching Tiger, Hidden; \\Dragon', description: 'one\ntwo\r\nthree\u0007' }),
        )
        expect(fields.get('SUMMARY')).toBe('Crouching Tiger\\, Hidden\\; \\\\Dragon')
        expect(fields.get('DESCRIPTION')).toBe('one\\ntwo\\nthree')
        expect(fields.get('LOCATION')).toBe('Studio\\, Sala')
    })
    it('cannot be given another property by a film’s name', () => {
        const file = calendarFile({ ...event, summary: 'Up\r\nATTACH:https://evil.example' })
        expect(file.split('\r\n').some((line) => line.startsWith('ATTACH'))).toBe(false)
    })
    it.each([
        ['Latin', 'The Lord of the Rings: The Fellowship of the Ring, '.repeat(4)],
        ['Thai', 'พยัคฆ์ระห่ำ มังกรผยองโลก'.repeat(8)],
        ['beyond the first plane', '🎟'.repeat(60)],
    ])('folds long lines of %s at 75 octets and cuts no character', (_, summary) => {
        const file = calendarFile({ ...event, summary })
        for (const line of file.split('\r\n')) expect(octets(line)).toBeLessThanOrEqual(75)
        expect(file).not.toContain('\ufffd')
        expect(new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode(file))).toBe(file)
        expect(read(file).get('SUMMARY')).toBe(summary.replaceAll(',', '\\,'))
    })
})

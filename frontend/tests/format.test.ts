import { describe, expect, it } from 'vitest'
import { bookingCode, createFormatter } from '~/utils/format'

// 18:30 in Bangkok on 24 November; still the 24th in UTC.
const now = Date.parse('2026-11-24T11:30:00Z')
const make = (locale: string, timeZone = 'Asia/Bangkok') =>
    createFormatter({ locale: () => locale, timeZone: () => timeZone, now: () => now })
/** Whether there is a comma after the weekday differs between versions of Unicode's data. */
const plain = (text: string) => text.replace(',', '')
const en = make('en-GB')
const th = make('th-TH')

describe('money', () => {
    it.each([
        [24000, 'THB', '฿240'],
        [24050, 'THB', '฿240.50'],
        [1000, 'JPY', '¥1,000'],
        [1250, 'KWD', 'KWD 1.250'],
        [0, 'THB', '฿0'],
    ])('%i minor units of %s', (minor, currency, text) => {
        expect(en.money(minor, currency).replace(/\u00a0/g, ' ')).toBe(text)
    })
})

describe('days and times', () => {
    it('are those of the cinema, not of the device', () => {
        const lateShow = '2026-11-24T17:30:00.000Z'
        expect(en.time(lateShow)).toBe('00:30')
        expect(en.dayKey(lateShow)).toBe('2026-11-25')
        expect(en.daysAhead(lateShow)).toBe(1)
        expect(make('en-GB', 'UTC').dayKey(lateShow)).toBe('2026-11-24')
    })

    it('have names when they are near', () => {
        expect(en.day('2026-11-24T13:00:00Z')).toBe('Today')
        expect(en.day('2026-11-25T13:00:00Z')).toBe('Tomorrow')
        expect(plain(en.day('2026-11-26T13:00:00Z'))).toBe('Thu 26 Nov')
        expect(plain(en.day('2026-11-23T13:00:00Z'))).toBe('Mon 23 Nov')
        expect(th.day('2026-11-24T13:00:00Z')).toBe('วันนี้')
        expect(en.dayTime('2026-11-24T13:00:00Z')).toBe('Today 20:00')
    })

    it('follow the language', () => {
        expect(plain(en.date('2026-11-24T13:00:00Z', 'long'))).toBe('Tuesday 24 November 2026')
        expect(th.date('2026-11-24T13:00:00Z', 'plain')).toBe('24 พฤศจิกายน 2569')
        let locale = 'en-GB'
        const format = createFormatter({ locale: () => locale, timeZone: () => 'UTC', now: () => now })
        expect(format.date(now, 'weekday')).toBe('Tue')
        locale = 'th-TH'
        expect(format.date(now, 'weekday')).toMatch(/^อ/)
    })

    it('count whole days across a change to summer time', () => {
        const berlin = createFormatter({
            locale: () => 'en-GB',
            timeZone: () => 'Europe/Berlin',
            now: () => Date.parse('2026-03-28T22:30:00Z'),
        })
        expect(berlin.daysAhead('2026-03-29T21:30:00Z')).toBe(1)
        expect(berlin.daysAhead('2026-03-29T22:30:00Z')).toBe(2)
    })
})

it('says how long a film is', () => {
    expect(en.duration(148)).toBe('2h 28m')
    expect(en.duration(120)).toBe('2h')
    expect(en.duration(45)).toBe('45m')
    expect(en.duration(0)).toBe('0m')
})

it('counts down, rounding up, and stops at nothing', () => {
    expect([300_000, 299_001, 60_000, 59_999, 1, 0, -5_000].map(en.countdown)).toEqual([
        '5:00',
        '5:00',
        '1:00',
        '1:00',
        '0:01',
        '0:00',
        '0:00',
    ])
})

it('joins, counts and shares', () => {
    expect(en.list(['A1', 'A2', 'A3'])).toBe('A1, A2 and A3')
    expect(th.list(['A1', 'A2'])).toBe('A1 และ A2')
    expect(th.list(['A1', 'A2', 'A3'])).toMatch(/^A1,? A2 และ A3$/)
    expect(th.list(['A1'])).toBe('A1')
    expect(en.number(12345)).toBe('12,345')
    expect(en.percent(0.424)).toBe('42%')
})

it('shortens a booking id to what people can read out', () => {
    expect(bookingCode('674350e0a4f1b2c3d4e5f708')).toBe('D4E5-F708')
})

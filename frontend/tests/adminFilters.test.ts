import { describe, expect, it } from 'vitest'
import {
    auditFilters,
    bookingFilters,
    cursorsMax,
    deeper,
    readCursors,
    readFilters,
    shallower,
    writeQuery,
} from '~/utils/admin/filters'

const id = '674350e0a4f1b2c3d4e5f708'
const none = readFilters(bookingFilters, {})

describe('filters and the address', () => {
    it('nothing set is an empty query', () => {
        expect(none).toEqual({ q: '', status: '', film: '', day: '', showtime: '', user: '' })
        expect(writeQuery(bookingFilters, {}, none)).toEqual({})
    })
    it('what is written is read again', () => {
        const filters = { q: 'D4E5-F708 & ใจดี', status: 'LOCKED', film: id, day: '2026-11-24', showtime: id, user: id }
        const query = writeQuery(bookingFilters, {}, filters, ['a', 'b'])
        expect(readFilters(bookingFilters, query as Record<string, string>)).toEqual(filters)
        expect(readCursors(query as Record<string, string[]>)).toEqual(['a', 'b'])
    })
    it('takes only what the controls can show', () => {
        const query = { status: 'PAID', film: 'x', day: '24.11.2026', showtime: ['no', id], user: null, q: ['', 'last'] }
        expect(readFilters(bookingFilters, query)).toEqual({ ...none, q: 'last', showtime: id })
        expect(readFilters(auditFilters, { type: 'Nonsense', from: '2026-11-24', to: '2026-11-24T10:00' })).toMatchObject({
            type: '',
            from: '',
            to: '2026-11-24T10:00',
        })
    })
    it('keeps ids that are typed wrong, to be told at the field', () => {
        expect(readFilters(auditFilters, { booking: 'xyz' }).booking).toBe('xyz')
    })
    it('leaves alone what else the address holds', () => {
        const query = { detail: id, status: 'BOOKED', cursor: 'a' }
        expect(writeQuery(bookingFilters, query, { ...none, q: 'demo' })).toEqual({ detail: id, q: 'demo' })
    })
})

describe('the way through the pages', () => {
    it('goes deeper and back to the newest', () => {
        const second = deeper([], 'a')
        const third = deeper(second, 'b')
        expect(third).toEqual(['a', 'b'])
        expect(shallower(third)).toEqual(second)
        expect(shallower(second)).toEqual([])
        expect(shallower([])).toEqual([])
    })
    it('does not let the address grow for ever', () => {
        let cursors: string[] = []
        for (let page = 0; page < cursorsMax + 5; page++) cursors = deeper(cursors, `c${page}`)
        expect(cursors).toHaveLength(cursorsMax)
        expect(cursors.at(-1)).toBe(`c${cursorsMax + 4}`)
    })
    it('reads one cursor and many', () => {
        expect(readCursors({})).toEqual([])
        expect(readCursors({ cursor: 'a' })).toEqual(['a'])
        expect(readCursors({ cursor: ['a', null, 'b'] })).toEqual(['a', 'b'])
    })
})

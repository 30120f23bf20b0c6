import { describe, expect, it } from 'vitest'
import { countRecords, csvFileName } from '~/utils/admin/csv'
import { auditQuery } from '~/composables/useAuditLogs'

const none = { type: '', booking: '', user: '', from: '', to: '' }

describe('the name of the file', () => {
    it('says what it is of', () => {
        expect(csvFileName(none, '2026-11-24')).toBe('audit-log_2026-11-24.csv')
        expect(csvFileName({ ...none, type: 'BookingConfirmed', from: '2026-11-23T09:00' }, '2026-11-24')).toBe(
            'audit-log_BookingConfirmed_from-2026-11-23T0900.csv',
        )
        expect(csvFileName({ ...none, booking: 'ab12', to: '2026-11-23T09:00' }, '2026-11-24')).toBe(
            'audit-log_booking-ab12_to-2026-11-23T0900.csv',
        )
    })
    it('is a file’s name whatever was typed', () => {
        expect(csvFileName({ ...none, user: '../../etc/"x" y' }, '2026-11-24')).toBe('audit-log_user-....etcxy_2026-11-24.csv')
    })
})

describe('the rows of a file', () => {
    it.each([
        ['', 0],
        ['id,payload\r\n', 0],
        ['id,payload\r\n1,a\r\n', 1],
        ['id,payload\r\n1,a\r\n2,b', 2],
        ['id,payload\r\n1,"two\r\nlines, ""quoted"""\r\n2,b\r\n', 2],
        ['id\n1\n\n', 1],
    ])('%j has %d', (csv, rows) => {
        expect(countRecords(csv)).toBe(rows)
    })
})

describe('what the server is asked for', () => {
    it('is in its words, times as instants of the cinema’s clock', () => {
        const filters = { type: 'BookingExpired', booking: '', user: 'u', from: '2026-11-24T00:00', to: '2026-11-24T19:30' }
        expect(auditQuery(filters, 'Asia/Bangkok')).toEqual({
            event_type: 'BookingExpired',
            booking_id: undefined,
            user_id: 'u',
            date_from: '2026-11-23T17:00:00.000Z',
            date_to: '2026-11-24T12:30:00.000Z',
        })
    })
})

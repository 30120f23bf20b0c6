import { describe, expect, it } from 'vitest'
import { isForStaffOnly, redirect, type Destination } from '~/utils/guard'
import { safeReturnPath } from '~/utils/returnPath'

const to = (fullPath: string, query: Record<string, unknown> = {}): Destination => ({
    path: fullPath.split(/[?#]/)[0]!,
    fullPath,
    query,
})
const nobody = { loggedIn: false, isAdmin: false, expired: false }
const visitor = { loggedIn: true, isAdmin: false, expired: false }
const staff = { loggedIn: true, isAdmin: true, expired: false }

describe('the way back', () => {
    it.each(['/', '/seats/674350e0a4f1b2c3d4e5f699', '/bookings?tab=past#top', '/a//b'])('keeps %s', (path) => {
        expect(safeReturnPath(path)).toBe(path)
    })
    it.each([
        undefined,
        null,
        42,
        ['/bookings'],
        '',
        'bookings',
        '//evil.example',
        '/\\evil.example',
        '/\t/evil.example',
        '/\n/evil.example',
        '\\\\evil.example',
        'https://evil.example/',
        'javascript:alert(1)',
        '/x\\y',
        '/./\\evil.example',
        '/.//evil.example',
        '/login',
        '/login?from=/login',
    ])('refuses %j', (path) => {
        expect(safeReturnPath(path)).toBe('/')
    })
})

describe('who is not logged in', () => {
    it('is sent to the login page, and back later', () => {
        expect(redirect(to('/seats/1?x=2'), nobody)).toEqual({ path: '/login', query: { from: '/seats/1?x=2' } })
        expect(redirect(to('/'), nobody)).toEqual({ path: '/login', query: {} })
    })
    it('hears of it when the session has run out', () => {
        expect(redirect(to('/bookings'), { ...nobody, expired: true })).toEqual({
            path: '/login',
            query: { from: '/bookings', expired: '1' },
        })
    })
    it('may stay on the login page', () => {
        expect(redirect(to('/login'), nobody)).toBeUndefined()
    })
})

describe('who is logged in', () => {
    it('goes everywhere', () => {
        expect(redirect(to('/seats/1'), visitor)).toBeUndefined()
    })
    it('leaves the login page for where they were going', () => {
        expect(redirect(to('/login', { from: '/seats/1' }), visitor)).toBe('/seats/1')
        expect(redirect(to('/login', { from: '//evil.example' }), visitor)).toBe('/')
        expect(redirect(to('/login/'), visitor)).toBe('/')
    })
})

it('keeps the staff pages for staff', () => {
    expect(isForStaffOnly('/admin', visitor)).toBe(true)
    expect(isForStaffOnly('/admin/bookings', visitor)).toBe(true)
    expect(isForStaffOnly('/admin/bookings', staff)).toBe(false)
    expect(isForStaffOnly('/administration', visitor)).toBe(false)
})

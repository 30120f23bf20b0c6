import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EarlyRequest } from '~/utils/api/early'
import { partsOf } from '~~/i18n/loader'

const code = readFileSync(path.resolve(import.meta.dirname, '../tools/boot.js'), 'utf8')
const routes = [
    ['^/?$', ['page-index.js', 'index.css']],
    ['^/login/?$', ['page-login.js']],
    ['^/seats/[^/]+/?$', ['page-seats.js']],
    ['^/showtimes/[^/]+/?$', ['page-film.js']],
    ['^/checkout/[^/]+/?$', ['page-checkout.js']],
]
const parts = {
    'layouts/default': ['default.js'],
    'layouts/entrance': ['entrance.js'],
    'locales/en/entrance': ['en-entrance.js'],
    'locales/en/house': ['en-house.js'],
    'locales/th/entrance': ['th-entrance.js'],
    'locales/th/house': ['th-house.js'],
}
const session = (expiresAt: string) => JSON.stringify({ token: 'a.b.c', expiresAt, user: { id: '1', role: 'USER' } })

const fetched = vi.fn<typeof fetch>()
beforeEach(() => {
    document.head.innerHTML = ''
    localStorage.clear()
    fetched.mockReset()
    fetched.mockImplementation(() => Promise.resolve(new Response('{}', { headers: { etag: '"1"' } })))
    vi.stubGlobal('fetch', fetched)
    vi.stubGlobal('navigator', { languages: ['en-GB'] })
})
afterEach(() => {
    delete window.cinemaEarly
    history.replaceState(null, '', '/')
})

function open(address: string) {
    history.replaceState(null, '', address)
    // As tools/finish-build.mjs calls it.
    new Function('routes', 'parts', code)(routes, parts)
    const files = [...document.head.querySelectorAll('link')].map(({ href, rel }) => `${rel} ${href.split('/').at(-1)}`)
    return { files, asked: fetched.mock.calls.map(([url]) => String(url)) }
}
const forHouse = (address: string) => partsOf(address).includes('house')

describe('before the app is there', () => {
    it('asks for the files and answers of the page', async () => {
        localStorage.setItem('cinema.session', session('2999-01-01T00:00:00Z'))
        const { files, asked } = open('/')
        expect(files).toEqual(['modulepreload page-index.js', 'preload index.css', 'modulepreload default.js', 'modulepreload en-entrance.js'])
        expect(asked).toEqual(['/api/site', '/api/movies', '/api/showtimes?limit=60'])
        expect(fetched.mock.calls[1]![1]!.headers).toEqual({ Authorization: 'Bearer a.b.c' })
        const { token, answer } = window.cinemaEarly!.get('/api/movies') as EarlyRequest
        expect(token).toBe('a.b.c')
        expect(await answer).toMatchObject({ status: 200, text: '{}', headers: { etag: '"1"' } })
    })
    it.each(['/', '/login', '/showtimes/1', '/seats/1', '/checkout/1'])('asks for the texts of %s', (address) => {
        if (address !== '/login') localStorage.setItem('cinema.session', session('2999-01-01T00:00:00Z'))
        expect(open(address).files.includes('modulepreload en-house.js')).toBe(forHouse(address))
    })
    it('asks for the seats of a showtime', () => {
        localStorage.setItem('cinema.session', session('2999-01-01T00:00:00Z'))
        expect(open('/seats/6b04').asked).toEqual(['/api/site', '/api/showtimes/6b04'])
    })
    it.each(['', 'nonsense', session('2001-01-01T00:00:00Z')])('knows who will be led to the login: %s', (stored) => {
        localStorage.setItem('cinema.session', stored)
        const { files, asked } = open('/seats/6b04')
        expect(files).toEqual(['modulepreload page-login.js', 'modulepreload entrance.js', 'modulepreload en-entrance.js'])
        expect(asked).toEqual(['/api/site'])
    })
    it('speaks the chosen language, or the first one of the reader that there is', () => {
        vi.stubGlobal('navigator', { languages: ['de', 'th-TH', 'en'] })
        expect(open('/login').files).toContain('modulepreload th-entrance.js')
        document.head.innerHTML = ''
        localStorage.setItem('cinema.locale', 'en')
        expect(open('/login').files).toContain('modulepreload en-entrance.js')
    })
    it('shows the chosen theme', () => {
        localStorage.setItem('cinema.theme', 'programme')
        open('/login')
        expect(document.documentElement.dataset.theme).toBe('programme')
    })
})

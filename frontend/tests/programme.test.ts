import { describe, expect, it } from 'vitest'
import { createFormatter } from '~/utils/format'
import {
    byRoom,
    firstOfEachDay,
    genresOf,
    lastBegun,
    priceFrom,
    programme,
    roomLeft,
    titleMatches,
    upcoming,
    type Wishes,
} from '~/utils/programme'
import { idOf, movie, showtime } from './support/films'

const inZone = (timeZone: string) =>
    createFormatter({ locale: () => 'en-GB', timeZone: () => timeZone, now: () => now }).dayKey
/** UTC+7. */
const bangkok = inZone('Asia/Bangkok')
/** Tuesday 24 November, 18:40 in Bangkok. */
const now = Date.parse('2026-11-24T11:40:00Z')
const anything: Wishes = { search: '', genre: '', day: '' }

describe('days', () => {
    const up = movie('Up')

    it('are those of the cinema, not of Greenwich', () => {
        const shown = [
            showtime(up, '2026-11-24T16:59:00Z'), // 23:59
            showtime(up, '2026-11-24T17:30:00Z'), // 00:30, still the 24th in Greenwich
            showtime(up, '2026-11-25T14:00:00Z'), // 21:00
        ]
        expect(programme([up], upcoming(shown, now), bangkok, { ...anything, day: '2026-11-24' })[0]?.listings[0]?.showtimes).toEqual([shown[0]])
        expect(programme([up], upcoming(shown, now), bangkok, { ...anything, day: '2026-11-25' })[0]?.listings[0]?.showtimes).toEqual(shown.slice(1))
        expect(firstOfEachDay(shown, bangkok)).toEqual([shown[0], shown[1]])
        expect(firstOfEachDay(shown, inZone('America/New_York'))).toEqual([shown[0], shown[2]])
    })

    it('have 23 or 25 hours when the clocks change', () => {
        const berlin = inZone('Europe/Berlin')
        const shown = [
            showtime(up, '2026-10-24T22:30:00Z'), // 00:30 summer time on the 25th
            showtime(up, '2026-10-25T22:30:00Z'), // 23:30 winter time on the 25th
            showtime(up, '2026-10-25T23:30:00Z'), // 00:30 on the 26th
        ]
        expect(firstOfEachDay(shown, berlin)).toEqual([shown[0], shown[2]])
    })
})

describe('the programme', () => {
    const up = movie('Up', { genres: ['Animation', 'Family'] })
    const amelie = movie('Amélie', { genres: ['Comedy', 'Romance'] })
    const matrix = movie('The Matrix', { genres: ['Action'] })
    const unshown = movie('Metropolis')
    const movies = [amelie, unshown, matrix, up]
    const begun = showtime(amelie, '2026-11-24T11:40:00Z')
    const upTonight = showtime(up, '2026-11-24T14:00:00Z')
    const matrixTonight = showtime(matrix, '2026-11-24T12:00:00Z')
    const amelieTomorrow = showtime(amelie, '2026-11-25T05:00:00Z')
    const upTomorrow = showtime(up, '2026-11-25T09:00:00Z')
    const upTomorrowNoon = showtime(up, '2026-11-25T04:00:00Z')
    const upSaturday = showtime(up, '2026-11-28T09:00:00Z')
    const shown = [upSaturday, upTomorrow, begun, upTonight, matrixTonight, amelieTomorrow, upTomorrowNoon]
    const titles = (wishes: Partial<Wishes>) =>
        programme(movies, upcoming(shown, now), bangkok, { ...anything, ...wishes }).map(({ key, listings }) => [
            key,
            listings.map((listing) => listing.movie.title),
        ])

    it('has each film once, on its next day, sorted by what is on next', () => {
        expect(titles({})).toEqual([
            ['2026-11-24', ['The Matrix', 'Up']],
            ['2026-11-25', ['Amélie']],
        ])
    })

    it('names the other days of a film', () => {
        const [, second] = programme(movies, upcoming(shown, now), bangkok, anything)[0]!.listings
        expect(second!.showtimes).toEqual([upTonight])
        expect(second!.later).toEqual([upTomorrowNoon, upSaturday])
    })

    it('leaves out what is not on on the wished day', () => {
        expect(titles({ day: '2026-11-25' })).toEqual([['2026-11-25', ['Up', 'Amélie']]])
        expect(titles({ day: '2026-11-26' })).toEqual([])
        const [only] = programme(movies, upcoming(shown, now), bangkok, { ...anything, day: '2026-11-25' })
        expect(only!.listings[0]!.showtimes).toEqual([upTomorrowNoon, upTomorrow])
        expect(only!.at).toBe(upTomorrowNoon.startTime)
    })

    it('is narrowed by genre and title together', () => {
        expect(titles({ genre: 'Family' })).toEqual([['2026-11-24', ['Up']]])
        expect(titles({ genre: 'Family', search: 'matrix' })).toEqual([])
        expect(titles({ search: 'AME' })).toEqual([['2026-11-25', ['Amélie']]])
    })

    it('drops a showtime at the moment it begins', () => {
        const start = Date.parse(matrixTonight.startTime)
        expect(upcoming(shown, start - 1)).toContain(matrixTonight)
        expect(upcoming(shown, start)).not.toContain(matrixTonight)
    })

    it('is the same until the next showtime begins', () => {
        const start = Date.parse(matrixTonight.startTime)
        const begin = Date.parse(begun.startTime)
        expect(lastBegun(shown, begin - 1)).toBe(0)
        expect(lastBegun(shown, begin)).toBe(begin)
        expect(lastBegun(shown, start - 1)).toBe(begin)
        expect(lastBegun(shown, start + 1)).toBe(start)
        expect(upcoming(shown, lastBegun(shown, start - 1))).toEqual(upcoming(shown, start - 1))
    })
})

it.each([
    ['Amélie', 'amelie', true],
    ['Amélie', 'AMÉ', true],
    ['The Lord of the Rings: The Fellowship of the Ring', 'rings lord', true],
    ['The Lord of the Rings: The Fellowship of the Ring', 'rings matrix', false],
    ['Up', '', true],
    ['แม่นาค', 'แม่', true],
])('%s by "%s": %s', (title, search, found) => {
    expect(titleMatches(title, search)).toBe(found)
})

it('genres are those of the films on sale, named once each', () => {
    const [a, b, c] = [movie('A', { genres: ['Drama', 'War'] }), movie('B', { genres: ['Drama'] }), movie('C', { genres: ['Crime'] })]
    const onSale = [showtime(a, '2026-11-24T12:00:00Z'), showtime(b, '2026-11-24T12:00:00Z')]
    expect(genresOf([a, b, c], onSale)).toEqual(['Drama', 'War'])
})

it.each([
    [600, 61, 'free'],
    [600, 60, 'few'],
    [30, 4, 'few'],
    [30, 5, 'free'],
    [3, 3, 'few'],
    [600, 0, 'sold-out'],
] as const)('of %i seats, %i are %s', (seatsTotal, seatsAvailable, room) => {
    expect(roomLeft(showtime(movie('Up'), '2026-11-24T12:00:00Z', { seatsTotal, seatsAvailable }))).toBe(room)
})

describe('the price to advertise', () => {
    const priced = (prices: Parameters<typeof priceFrom>[0]['prices']) =>
        priceFrom(showtime(movie('Up'), '2026-11-24T12:00:00Z', { prices }))

    it('is that of the cheapest seat that everybody may take', () => {
        expect(priced({ accessible: 100, companion: 100, standard: 300, premium: 400, loveseat: 250 })).toBe(250)
    })
    it('is the cheapest of all where there are no others', () => {
        expect(priced({ accessible: 150, companion: 100 })).toBe(100)
    })
    it('may be nothing', () => {
        expect(priced({ standard: 0, premium: 100 })).toBe(0)
    })
})

it('rooms come by what they play first', () => {
    const up = movie('Up')
    const hall = { auditoriumId: idOf('hall'), auditoriumName: 'Hall' }
    const one = showtime(up, '2026-11-24T12:00:00Z', hall)
    const two = showtime(up, '2026-11-24T13:00:00Z')
    const three = showtime(up, '2026-11-24T15:00:00Z', hall)
    expect(byRoom([one, two, three])).toEqual([[one, three], [two]])
})

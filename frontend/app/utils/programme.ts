import type { Movie, Showtime } from '~/utils/api/contract'

/** What a visitor looks for; an empty text is no wish. */
export interface Wishes {
    /** Words of the title. */
    search: string
    genre: string
    /** A day in the cinema's zone, `2026-11-24`. */
    day: string
}

/** A film on one day. */
export interface Listing {
    movie: Movie
    /** Those of this day that have not begun, by start. */
    showtimes: Showtime[]
    /** The first showtime of each later day. */
    later: Showtime[]
}

export interface ProgrammeDay {
    /** `2026-11-24`, in the cinema's zone. */
    key: string
    /** When its first film begins. */
    at: string
    /** By what begins first. */
    listings: Listing[]
}

export type DayKey = (instant: string) => string

/** `few`: so few that a group may not find seats together. */
export type Room = 'free' | 'few' | 'sold-out'

const fewPercent = 10
const fewMin = 4

export function roomLeft({ seatsAvailable, seatsTotal }: Showtime): Room {
    if (seatsAvailable === 0) return 'sold-out'
    return seatsAvailable <= Math.max(fewMin, (seatsTotal * fewPercent) / 100) ? 'few' : 'free'
}

/** Seats for everybody: wheelchair places and their companions' are no price to advertise. */
const everybodys = ['standard', 'premium', 'loveseat'] as const

/** The cheapest seat, in minor units. */
export function priceFrom({ prices }: Showtime): number {
    const open = everybodys.map((category) => prices[category]).filter((price) => price !== undefined)
    return Math.min(...(open.length > 0 ? open : Object.values(prices)))
}

const byStart = (a: Showtime, b: Showtime) =>
    Date.parse(a.startTime) - Date.parse(b.startTime) || a.auditoriumName.localeCompare(b.auditoriumName)

/** Those that can still be sold, by start: one that has begun is sold no more. */
export function upcoming(showtimes: readonly Showtime[], now: number): Showtime[] {
    return showtimes.filter((showtime) => Date.parse(showtime.startTime) > now).toSorted(byStart)
}

/**
 * When the showtime began that has begun last, 0 before the first: `upcoming` is the same until it
 * changes, whatever the clock says meanwhile.
 */
export function lastBegun(showtimes: readonly Showtime[], now: number): number {
    const starts = showtimes.map(({ startTime }) => Date.parse(startTime))
    return starts.reduce((last, start) => (start <= now && start > last ? start : last), 0)
}

/** In the order of their first showtime; give them sorted. */
export function byDay(showtimes: readonly Showtime[], dayKey: DayKey): Map<string, Showtime[]> {
    return Map.groupBy(showtimes, (showtime) => dayKey(showtime.startTime))
}

/** The first showtime of each day, to choose days by; give them sorted. */
export const firstOfEachDay = (showtimes: readonly Showtime[], dayKey: DayKey): Showtime[] =>
    [...byDay(showtimes, dayKey).values()].map(([first]) => first!)

/** The showtimes of a day by room, the room that plays first on top. */
export function byRoom(showtimes: readonly Showtime[]): Showtime[][] {
    return [...Map.groupBy(showtimes, (showtime) => showtime.auditoriumId).values()]
}

/** Lower case, without accents: `amelie` finds Amélie. */
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{Diacritic}/gu, '').toLowerCase()

/** Whether all words of the search are in the title, in any order. */
export function titleMatches(title: string, search: string): boolean {
    const words = plain(search).split(/\s+/)
    const text = plain(title)
    return words.every((word) => text.includes(word))
}

/** All genres of the films that are shown, once each. */
export function genresOf(movies: readonly Movie[], onSale: readonly Showtime[]): string[] {
    const shown = new Set(onSale.map(({ movieId }) => movieId))
    return [...new Set(movies.filter(({ id }) => shown.has(id)).flatMap(({ genres }) => genres))]
}

/**
 * The films on sale by day. Without a wished day each film stands once, on the day it is shown
 * next; with one, all that is shown on it and nothing else. Give the showtimes sorted.
 */
export function programme(
    movies: readonly Movie[],
    onSale: readonly Showtime[],
    dayKey: DayKey,
    wishes: Wishes,
): ProgrammeDay[] {
    const byMovie = Map.groupBy(onSale, (showtime) => showtime.movieId)
    const days = new Map<string, ProgrammeDay>()
    for (const movie of movies) {
        if (wishes.genre && !movie.genres.includes(wishes.genre)) continue
        if (!titleMatches(movie.title, wishes.search)) continue
        const shown = byDay(byMovie.get(movie.id) ?? [], dayKey)
        const key = wishes.day || shown.keys().next().value
        const today = key ? shown.get(key) : undefined
        if (!key || !today) continue
        const later = [...shown].filter(([day]) => day > key).map(([, [first]]) => first!)
        const day = days.get(key) ?? { key, at: today[0]!.startTime, listings: [] }
        day.listings.push({ movie, showtimes: today, later })
        days.set(key, day)
    }
    for (const day of days.values()) {
        day.listings.sort((a, b) => byStart(a.showtimes[0]!, b.showtimes[0]!))
        day.at = day.listings[0]!.showtimes[0]!.startTime
    }
    return [...days.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

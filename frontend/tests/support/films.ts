import type { Movie, Showtime } from '~/utils/api/contract'

/** A 24-hex id that says what it is. */
export const idOf = (name: string) =>
    [...name].map((letter) => letter.charCodeAt(0).toString(16)).join('').padEnd(24, '0').slice(0, 24)

export function movie(title: string, more: Partial<Movie> = {}): Movie {
    return {
        id: idOf(title),
        title,
        durationMin: 100,
        rating: 'PG',
        genres: ['Drama'],
        synopsis: `What happens in ${title}.`,
        releaseDate: '2001-11-02',
        posterUrl: '',
        createdAt: '2026-11-01T00:00:00.000Z',
        ...more,
    }
}

let made = 0
export function showtime(of: Movie, startTime: string, more: Partial<Showtime> = {}): Showtime {
    return {
        id: idOf(`s${made++}`),
        movieId: of.id,
        movieTitle: of.title,
        startTime,
        endTime: new Date(Date.parse(startTime) + of.durationMin * 60_000).toISOString(),
        auditoriumId: idOf('studio'),
        auditoriumName: 'Studio',
        seatmapId: idOf('plan'),
        prices: { standard: 20000, premium: 26000, accessible: 16000, companion: 16000 },
        currency: 'THB',
        seatsTotal: 90,
        seatsAvailable: 90,
        ...more,
    }
}

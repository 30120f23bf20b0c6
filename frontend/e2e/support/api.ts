import type { components } from '../../app/types/api.ts'

type Schemas = components['schemas']
export type Session = Schemas['Session']
export type Showtime = Schemas['Showtime']
export type Seat = Schemas['Seat']
export type Hold = Schemas['Hold']
export type Booking = Schemas['BookingDetail']
export type AdminBooking = Schemas['AdminBooking']
export type AuditLog = Schemas['AuditLog']
export type Dashboard = Schemas['Dashboard']

export const userEmail = 'user@cinema.local'
export const adminEmail = 'admin@cinema.local'

/** What the tests do beside the browser: prepare, and ask the server what is true. */
export class Api {
    readonly url: string
    readonly session: Session

    private constructor(url: string, session: Session) {
        this.url = url
        this.session = session
    }

    static async login(url: string, email: string, password?: string): Promise<Api> {
        const answer = await fetch(`${url}/api/auth/login`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ email, password }),
        })
        return new Api(url, await read<Session>(answer))
    }

    /** The same person with a session that is not as the server gave it. */
    with(changed: Partial<Session>): Api {
        return new Api(this.url, { ...this.session, ...changed })
    }

    showtimes(): Promise<Showtime[]> {
        return this.get('/api/showtimes?limit=200')
    }
    seats(showtimeId: string): Promise<Seat[]> {
        return this.get(`/api/showtimes/${showtimeId}/seats`)
    }
    async stateOf(showtimeId: string, codes: readonly string[]): Promise<string[]> {
        const seats = await this.seats(showtimeId)
        return codes.map((code) => seats.find(({ seatCode }) => seatCode === code)?.state ?? 'no such seat')
    }
    hold(showtimeId: string, seats: readonly string[]): Promise<Hold> {
        return this.post(`/api/showtimes/${showtimeId}/seats/lock`, { seats })
    }
    pay(bookingId: string): Promise<unknown> {
        return this.post(`/api/bookings/${bookingId}/pay`)
    }
    confirm(bookingId: string): Promise<unknown> {
        return this.post(`/api/bookings/${bookingId}/confirm`)
    }
    cancel(bookingId: string): Promise<unknown> {
        return this.post(`/api/bookings/${bookingId}/cancel`)
    }
    /** Hold, pay, confirm. */
    async buy(showtimeId: string, seats: readonly string[]): Promise<Booking> {
        const { bookingId } = await this.hold(showtimeId, seats)
        await this.pay(bookingId)
        await this.confirm(bookingId)
        return this.booking(bookingId)
    }
    booking(bookingId: string): Promise<Booking> {
        return this.get(`/api/bookings/${bookingId}`)
    }
    bookings(): Promise<Booking[]> {
        return this.get('/api/bookings')
    }
    dashboard(): Promise<Dashboard> {
        return this.get('/api/admin/dashboard')
    }
    auditLogs(query = ''): Promise<AuditLog[]> {
        return this.get(`/api/admin/audit-logs?limit=200&${query}`)
    }

    async get<T>(path: string): Promise<T> {
        return read<T>(await fetch(this.url + path, { headers: this.headers() }))
    }
    private async post<T>(path: string, body?: object): Promise<T> {
        const headers = body ? { ...this.headers(), 'Content-Type': 'application/json' } : this.headers()
        return read<T>(await fetch(this.url + path, { method: 'POST', headers, body: body && JSON.stringify(body) }))
    }
    private headers(): Record<string, string> {
        return { Authorization: `Bearer ${this.session.token}` }
    }
}

async function read<T>(answer: Response): Promise<T> {
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${text}`)
    return JSON.parse(text) as T
}

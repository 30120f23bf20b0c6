import { Api, adminEmail, type Showtime } from './api.ts'
import { CinemaServer, type Settings } from './server.ts'

/** Far enough away that no film begins during a test. */
const leadMs = 60 * 60_000

/** A cinema of its own: a running server with the demo's programme. */
export class House {
    readonly server: CinemaServer
    private readonly used = new Set<string>()
    private guests = 0

    private constructor(server: CinemaServer) {
        this.server = server
    }

    static async open(settings: Settings = {}): Promise<House> {
        return new House(await new CinemaServer(settings).start())
    }

    get url(): string {
        return this.server.url
    }

    /** Somebody who has no bookings yet; for servers with the demo's login. */
    guest(): Promise<Api> {
        this.guests += 1
        return Api.login(this.url, `guest-${this.guests}@example.org`)
    }
    staff(): Promise<Api> {
        return Api.login(this.url, adminEmail)
    }

    /** A showtime that no test of this house has had before: all of its seats are free. */
    async showtime(room: 'Studio' | 'Garden Hall' | 'Grand Hall' = 'Studio'): Promise<Showtime> {
        const api = await this.staff()
        const showtime = (await api.showtimes()).find(
            ({ id, auditoriumName, startTime }) =>
                auditoriumName === room && Date.parse(startTime) > Date.now() + leadMs && !this.used.has(id),
        )
        if (!showtime) throw new Error(`there is no unused showtime in ${room}`)
        this.used.add(showtime.id)
        return showtime
    }
}

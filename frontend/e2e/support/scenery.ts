import type { Api, Showtime } from './api.ts'
import type { House } from './house.ts'

/** A house in which there is something to see on every page. */
export interface Scenery {
    guest: Api
    staff: Api
    /** Half sold, with some seats on hold; some of them are the guest's. */
    showtime: Showtime
    /** Seats of it: two that nobody has, and one that is sold. */
    free: string[]
    sold: string
    /** The guest's bookings. */
    held: string
    bought: string
    cancelled: string
}

/** The same numbers in every run: pictures are to be compared. */
function dice(seed: number): () => number {
    let state = seed
    return () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        return state / 2 ** 32
    }
}

/** Parties of two to four, side by side, until about so much of the room is taken. */
async function fill(house: House, showtimeId: string, share: number): Promise<void> {
    const roll = dice(7)
    const crowd = await Promise.all([house.guest(), house.guest(), house.guest()])
    const seats = await crowd[0]!.seats(showtimeId)
    const taken = new Set(seats.filter(({ state }) => state !== 'AVAILABLE').map(({ seatCode }) => seatCode))
    for (let party = 0; taken.size < seats.length * share; party++) {
        const first = Math.floor(roll() * seats.length)
        const size = 2 + Math.floor(roll() * 3)
        const codes = seats
            .slice(first, first + size)
            .filter((seat) => seat.row === seats[first]!.row && seat.category !== 'accessible' && !taken.has(seat.seatCode))
            .map(({ seatCode }) => seatCode)
        if (codes.length < 2) continue
        for (const code of codes) taken.add(code)
        const buyer = crowd[party % crowd.length]!
        // One in six is still thinking about it.
        if (roll() < 1 / 6) await buyer.hold(showtimeId, codes)
        else await buyer.buy(showtimeId, codes)
    }
}

export async function scenery(house: House, room: 'Studio' | 'Garden Hall' = 'Studio'): Promise<Scenery> {
    const [guest, staff] = [await house.guest(), await house.staff()]
    const showtime = await house.showtime(room)
    const { bookingId: held } = await guest.hold(showtime.id, ['G4', 'G5'])
    await fill(house, showtime.id, 0.35)
    const { id: bought } = await guest.buy((await house.showtime('Grand Hall')).id, ['K18', 'K19', 'K20'])
    await guest.buy((await house.showtime('Garden Hall')).id, ['H7', 'H8'])
    const { bookingId: cancelled } = await guest.hold((await house.showtime('Studio')).id, ['B3'])
    await guest.cancel(cancelled)

    const seats = await guest.seats(showtime.id)
    const codes = (state: string) => seats.filter((seat) => seat.state === state && seat.category === 'standard')
    return {
        guest,
        staff,
        showtime,
        free: codes('AVAILABLE').slice(0, 2).map(({ seatCode }) => seatCode),
        sold: codes('BOOKED')[0]!.seatCode,
        held,
        bought,
        cancelled,
    }
}

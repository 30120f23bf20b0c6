import type { SeatStatus } from './states'

/**
 * How a seat looks to one visitor: `chosen` by me and still only on this page, `mine` held for me
 * by the server, `held` by somebody else, who may yet leave it.
 */
export type SeatLook = 'free' | 'chosen' | 'held' | 'mine' | 'sold'

export const seatLooks: readonly SeatLook[] = ['free', 'chosen', 'mine', 'held', 'sold']

export function lookOf(status: SeatStatus | undefined, chosen: boolean, me: string | undefined): SeatLook {
    if (status?.state === 'BOOKED') return 'sold'
    if (status?.state === 'LOCKED') return me !== undefined && status.holder === me ? 'mine' : 'held'
    return chosen ? 'chosen' : 'free'
}

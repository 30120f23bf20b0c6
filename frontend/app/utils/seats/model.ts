import type { SeatLook } from './look'
import type { PlacedSeat } from './room'

/**
 * What a seat on the map asks of the page. Each answer is reactive for the one seat that it is
 * about: a component that asks for its own seat is redrawn for no other.
 */
export interface SeatModel {
    look: (code: string) => SeatLook
    name: (seat: PlacedSeat, look: SeatLook) => string
    isShaken: (code: string) => boolean
    isTabStop: (code: string) => boolean
}

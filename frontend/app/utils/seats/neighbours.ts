import type { PlacedRow, PlacedSeat, Room } from './room'

export type Step = 'left' | 'right' | 'up' | 'down' | 'rowStart' | 'rowEnd' | 'first' | 'last'

/** What a key does on the map; undefined for keys that are not the map's. */
export function stepOf({ key, ctrlKey }: { key: string; ctrlKey: boolean }): Step | undefined {
    switch (key) {
        case 'ArrowLeft':
            return 'left'
        case 'ArrowRight':
            return 'right'
        case 'ArrowUp':
            return 'up'
        case 'ArrowDown':
            return 'down'
        case 'Home':
            return ctrlKey ? 'first' : 'rowStart'
        case 'End':
            return ctrlKey ? 'last' : 'rowEnd'
        default:
            return undefined
    }
}

function nearest(row: PlacedRow | undefined, x: number): PlacedSeat | undefined {
    let best: PlacedSeat | undefined
    for (const seat of row?.seats ?? []) {
        if (!best || Math.abs(seat.x - x) < Math.abs(best.x - x)) best = seat
    }
    return best
}

/**
 * The seat one step away as the room is built: sideways along the row and across aisles, up
 * towards the screen, down away from it. `x` is the line a walk up or down keeps to, also through
 * rows that have no seat there. Undefined at the room's edge.
 */
export function neighbour(room: Room, from: PlacedSeat, step: Step, x: number = from.x): PlacedSeat | undefined {
    const row = room.rows[from.rowIndex]
    const index = row?.seats.indexOf(from) ?? -1
    switch (step) {
        case 'left':
            return row?.seats[index - 1]
        case 'right':
            return row?.seats[index + 1]
        case 'up':
            return nearest(room.rows[from.rowIndex - 1], x)
        case 'down':
            return nearest(room.rows[from.rowIndex + 1], x)
        case 'rowStart':
            return row?.seats[0]
        case 'rowEnd':
            return row?.seats.at(-1)
        case 'first':
            return room.rows[0]?.seats[0]
        case 'last':
            return room.rows.at(-1)?.seats.at(-1)
    }
}

/** The seat nearest to a point, if there is one within reach. */
export function seatAt(room: Room, x: number, y: number, reach: number): PlacedSeat | undefined {
    let best: PlacedSeat | undefined
    let distance = reach
    for (const seat of room.byCode.values()) {
        const away = Math.hypot(seat.x - x, seat.y - y)
        if (away <= distance) {
            best = seat
            distance = away
        }
    }
    return best
}

import type { components } from '~/types/api'
import type { Seat, SeatState } from '~/utils/api/contract'

type Schemas = components['schemas']
export type SeatChange = Schemas['SeatLockedMessage'] | Schemas['SeatReleasedMessage'] | Schemas['SeatBookedMessage']
export type SeatMessage = Schemas['SyncSnapshotMessage'] | SeatChange

/** What is known of one seat. `holder` and `heldUntil` only while it is LOCKED. */
export interface SeatStatus {
    state: SeatState
    version: number
    holder?: string
    heldUntil?: string
}

/** By seat code. Made of a `shallowReactive` map: whoever reads one seat hears of that one only. */
export type SeatStates = Map<string, SeatStatus>

function ofSeat({ state, version, lockedByUserId, lockExpiresAt }: Seat): SeatStatus {
    return { state, version, holder: lockedByUserId, heldUntil: lockExpiresAt }
}

function ofChange(change: SeatChange): SeatStatus {
    const { version } = change
    switch (change.type) {
        case 'SEAT_LOCKED':
            return { state: 'LOCKED', version, holder: change.lockedByUserId, heldUntil: change.lockExpiresAt }
        case 'SEAT_RELEASED':
            return { state: 'AVAILABLE', version }
        case 'SEAT_BOOKED':
            return { state: 'BOOKED', version }
    }
}

function same(a: SeatStatus | undefined, b: SeatStatus): boolean {
    return a?.version === b.version && a.state === b.state && a.holder === b.holder && a.heldUntil === b.heldUntil
}

/** A snapshot is the whole truth, whatever was known. Seats that are as they were stay untouched. */
export function replaceStates(states: SeatStates, seats: readonly Seat[]): void {
    const there = new Set<string>()
    for (const seat of seats) {
        there.add(seat.seatCode)
        const status = ofSeat(seat)
        if (!same(states.get(seat.seatCode), status)) states.set(seat.seatCode, status)
    }
    for (const code of [...states.keys()]) if (!there.has(code)) states.delete(code)
}

/** A list that was asked for may be older than what the stream has said since: newer seats win. */
export function mergeStates(states: SeatStates, seats: readonly Seat[]): void {
    for (const seat of seats) {
        const known = states.get(seat.seatCode)
        if (!known || seat.version > known.version) states.set(seat.seatCode, ofSeat(seat))
    }
}

/** Duplicates and stragglers change nothing. */
export function applyChange(states: SeatStates, change: SeatChange): void {
    const known = states.get(change.seatCode)
    if (known && change.version > known.version) states.set(change.seatCode, ofChange(change))
}

export function applyMessage(states: SeatStates, message: SeatMessage): void {
    if (message.type === 'SYNC_SNAPSHOT') replaceStates(states, message.seats)
    else applyChange(states, message)
}

/** Undefined for what this version of the app does not know, and for what is no message at all. */
export function readMessage(data: unknown): SeatMessage | undefined {
    if (typeof data !== 'string') return undefined
    let message: unknown
    try {
        message = JSON.parse(data)
    } catch {
        return undefined
    }
    if (typeof message !== 'object' || message === null || !('type' in message)) return undefined
    switch (message.type) {
        case 'SYNC_SNAPSHOT':
            return 'seats' in message && Array.isArray(message.seats) ? (message as SeatMessage) : undefined
        case 'SEAT_LOCKED':
        case 'SEAT_RELEASED':
        case 'SEAT_BOOKED': {
            const { seatCode, version } = message as Partial<SeatChange>
            return typeof seatCode === 'string' && typeof version === 'number' ? (message as SeatMessage) : undefined
        }
        default:
            return undefined
    }
}

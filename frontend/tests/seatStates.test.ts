import { describe, expect, it, vi } from 'vitest'
import { shallowReactive, watch } from 'vue'
import { lookOf } from '~/utils/seats/look'
import { applyMessage, mergeStates, readMessage, type SeatMessage, type SeatStates } from '~/utils/seats/states'
import { planOf, seatsOf, showtimeId } from './support/rooms'

const plan = planOf(['sss'])
const holder = '674350e0a4f1b2c3d4e5f607'
const heldUntil = '2999-01-01T00:00:00.000Z'
const snapshot = (states = {}): SeatMessage => ({ type: 'SYNC_SNAPSHOT', showtimeId, seats: seatsOf(plan, states) })
const locked = (seatCode: string, version: number): SeatMessage => ({
    type: 'SEAT_LOCKED',
    seatCode,
    lockedByUserId: holder,
    lockExpiresAt: heldUntil,
    version,
})

function statesAfter(...messages: SeatMessage[]): SeatStates {
    const states: SeatStates = shallowReactive(new Map())
    for (const message of messages) applyMessage(states, message)
    return states
}

describe('a change', () => {
    it('is taken when it is newer', () => {
        const states = statesAfter(snapshot(), locked('A1', 1))
        expect(states.get('A1')).toEqual({ state: 'LOCKED', version: 1, holder, heldUntil })
    })
    it.each([
        ['sold', { type: 'SEAT_BOOKED', seatCode: 'A1', version: 2 } as const, { state: 'BOOKED', version: 2 }],
        ['free', { type: 'SEAT_RELEASED', seatCode: 'A1', version: 2 } as const, { state: 'AVAILABLE', version: 2 }],
    ])('makes the seat %s, and forgets who held it', (_, change, expected) => {
        expect(statesAfter(snapshot(), locked('A1', 1), change).get('A1')).toEqual(expected)
    })
    it.each([
        ['repeated', 2],
        ['late', 1],
    ])('that is %s changes nothing', (_, version) => {
        const states = statesAfter(snapshot(), { type: 'SEAT_BOOKED', seatCode: 'A1', version: 2 }, locked('A1', version))
        expect(states.get('A1')).toEqual({ state: 'BOOKED', version: 2 })
    })
    it('of a seat that the room does not have is passed over', () => {
        expect(statesAfter(snapshot(), locked('Z9', 1)).has('Z9')).toBe(false)
    })
    it('is heard of by those who look at that seat alone', () => {
        const states = statesAfter(snapshot())
        const first = vi.fn()
        const second = vi.fn()
        watch(() => states.get('A1'), first, { flush: 'sync' })
        watch(() => states.get('A2'), second, { flush: 'sync' })
        applyMessage(states, locked('A1', 1))
        expect(first).toHaveBeenCalledOnce()
        expect(second).not.toHaveBeenCalled()
    })
})

describe('a snapshot', () => {
    it('is the whole truth, also when it is older', () => {
        const states = statesAfter(snapshot(), locked('A1', 5), snapshot({ A2: { state: 'BOOKED', version: 1 } }))
        expect(states.get('A1')).toMatchObject({ state: 'AVAILABLE', version: 0 })
        expect(states.get('A2')).toMatchObject({ state: 'BOOKED', version: 1 })
    })
    it('takes seats away that the room no longer has', () => {
        const states = statesAfter(snapshot())
        applyMessage(states, { type: 'SYNC_SNAPSHOT', showtimeId, seats: seatsOf(planOf(['s'])) })
        expect([...states.keys()]).toEqual(['A1'])
    })
    it('touches only seats that have changed', () => {
        const states = statesAfter(snapshot(), locked('A1', 1))
        const changes = vi.fn()
        watch(() => states.get('A2'), changes, { flush: 'sync' })
        applyMessage(states, snapshot({ A1: { state: 'BOOKED', version: 2 } }))
        expect(changes).not.toHaveBeenCalled()
    })
})

it('a list that was asked for never goes back behind the stream', () => {
    const states = statesAfter(snapshot(), locked('A1', 3))
    mergeStates(states, seatsOf(plan, { A1: { state: 'AVAILABLE', version: 2 }, A2: { state: 'BOOKED', version: 1 } }))
    expect(states.get('A1')?.state).toBe('LOCKED')
    expect(states.get('A2')?.state).toBe('BOOKED')
})

describe('what arrives', () => {
    it.each([
        ['text that is no JSON', 'nonsense'],
        ['no object', '3'],
        ['a message of another version', '{"type":"SEAT_MOVED","seatCode":"A1","version":1}'],
        ['a change without its version', '{"type":"SEAT_BOOKED","seatCode":"A1"}'],
        ['a snapshot without seats', '{"type":"SYNC_SNAPSHOT"}'],
        ['bytes', new ArrayBuffer(2)],
    ])('is no message if it is %s', (_, data) => {
        expect(readMessage(data)).toBeUndefined()
    })
    it('is read', () => {
        expect(readMessage(JSON.stringify(locked('A1', 1)))).toEqual(locked('A1', 1))
    })
})

describe('how a seat looks', () => {
    const held = { state: 'LOCKED', version: 1, holder } as const
    it.each([
        [undefined, false, 'free'],
        [{ state: 'AVAILABLE', version: 4 } as const, false, 'free'],
        [{ state: 'AVAILABLE', version: 4 } as const, true, 'chosen'],
        [{ state: 'BOOKED', version: 4 } as const, true, 'sold'],
        [held, true, 'mine'],
    ])('%j, chosen: %s → %s', (status, chosen, look) => {
        expect(lookOf(status, chosen, holder)).toBe(look)
    })
    it('depends on who looks', () => {
        expect(lookOf(held, false, '674350e0a4f1b2c3d4e5f6ff')).toBe('held')
        expect(lookOf(held, false, undefined)).toBe('held')
    })
})

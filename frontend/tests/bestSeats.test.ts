import { describe, expect, it } from 'vitest'
import { bestSeats } from '~/utils/seats/bestSeats'
import { layOut } from '~/utils/seats/room'
import { planOf } from './support/rooms'

/** Upper case, or `x`: taken. `S` is a taken standard seat, and so on. */
function best(rows: string[], count: number, curve = 0) {
    const room = layOut(planOf(rows.map((row) => row.toLowerCase()), curve))
    const taken = new Set<string>()
    rows.filter((row) => row !== '=').forEach((row, index) => {
        const letters = [...row].filter((letter) => letter !== '_')
        letters.forEach((letter, seat) => {
            if (letter !== letter.toLowerCase()) taken.add(room.rows[index]!.seats[seat]!.code)
        })
    })
    return bestSeats(room, count, (code) => !taken.has(code))
}
const codes = (rows: string[], count: number) => best(rows, count)?.codes

const empty = ['ssssssss', 'ssssssss', 'ssssssss', 'ssssssss']

describe('in an empty room', () => {
    it.each([
        [2, ['C4', 'C5']],
        [4, ['C3', 'C4', 'C5', 'C6']],
        [8, ['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8']],
    ])('%i sit in the middle, two thirds back', (count, expected) => {
        expect(best(empty, count)).toEqual({ codes: expected, together: true })
    })
    it('one sits beside the middle', () => {
        expect(['C4', 'C5']).toContain(codes(empty, 1)?.[0])
    })
    it('the same holds in a curved one', () => {
        expect(best(empty, 2, 80)?.codes).toEqual(['C4', 'C5'])
    })
})

describe('side by side', () => {
    it('means without an aisle between', () => {
        expect(codes(['ss__ss', 'ss__ss'], 2)).not.toEqual(expect.arrayContaining(['B2', 'B3']))
        expect(best(['sss_sss'], 4)?.together).toBe(false)
    })
    it('means without a taken seat between', () => {
        expect(codes(['sssssss', 'ssSssSs', 'sssssss'], 3)).not.toContain('B4')
    })
    it('matters more than the middle', () => {
        const found = best(['ssss____', '___S____', '___s_s__'], 2)
        expect(found?.together).toBe(true)
        expect(found?.codes.map((code) => code[0])).toEqual(['A', 'A'])
    })
    it('takes a whole row where that is all there is', () => {
        expect(codes(['ss', 'SS'], 2)).toEqual(['A1', 'A2'])
    })
})

describe('a lone seat', () => {
    it('is not left beside the party when it can sit elsewhere in the row', () => {
        // In the very middle, A3 to A5, they would leave one on either side.
        expect([['A2', 'A3', 'A4'], ['A4', 'A5', 'A6']]).toContainEqual(codes(['SsssssS'], 3))
    })
    it('is left rather than nobody seated', () => {
        expect(codes(['Sssss'], 3)).toHaveLength(3)
    })
    it('makes another row the better one', () => {
        // Row C would leave one beside the three; row B, as near to the middle, leaves none.
        const found = codes(['SSSSSSS', 'SsssSSS', 'SSssssS', 'SSSSSSS'], 3)
        expect(found).toEqual(['B2', 'B3', 'B4'])
    })
})

describe('wheelchair places and their companions', () => {
    it('are never given away unasked', () => {
        expect(codes(['ac__ss', 'SSSS'], 2)).toEqual(['A3', 'A4'])
        expect(best(['accaac', 'SSSSSS'], 2)).toBeUndefined()
    })
    it('do not join a run', () => {
        expect(best(['scs'], 2)?.together).toBe(false)
    })
})

describe('loveseats', () => {
    it('are taken whole', () => {
        expect(codes(['SSSS', 'llll', 'SSSS'], 2)).not.toEqual(['B2', 'B3'])
        expect(codes(['sss', 'SSS', 'll_'], 1)?.[0]).toMatch(/^A/)
    })
})

describe('when there is no run', () => {
    it('two neighbouring rows share the party, one behind the other', () => {
        const found = best(['SSSSSS', 'SSssSS', 'SSssSS', 'SSSSSS'], 4)
        expect(found).toEqual({ codes: ['B3', 'B4', 'C3', 'C4'], together: false })
    })
    it('nobody sits alone if pairs can be made', () => {
        expect(codes(['sssS', 'sssS'], 4)?.map((code) => code[0]).sort()).toEqual(['A', 'A', 'B', 'B'])
    })
    it('rows beyond a walkway are no neighbours if others are', () => {
        const found = codes(['SssS', 'SssS', '=', 'SssS'], 4)
        expect(found).toEqual(['A2', 'A3', 'B2', 'B3'])
    })
    it('the nearest seats are found in a room of single ones', () => {
        const found = best(['sSsSs', 'SSSSS', 'sSsSs'], 3)
        expect(found?.codes).toHaveLength(3)
        expect(found?.together).toBe(false)
    })
    it('and too few are free, there is no answer', () => {
        expect(best(['sS', 'Ss'], 3)).toBeUndefined()
        expect(best(empty, 0)).toBeUndefined()
    })
})

it('is quick in a room of 2,000 that has hardly two seats together', () => {
    const rows = Array.from({ length: 40 }, (_, row) => (row % 2 ? 'sS' : 'Ss').repeat(25))
    const before = performance.now()
    expect(best(rows, 10)?.codes).toHaveLength(10)
    expect(performance.now() - before).toBeLessThan(1_000)
})

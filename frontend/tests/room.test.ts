import { describe, expect, it } from 'vitest'
import { neighbour, seatAt, stepOf, type Step } from '~/utils/seats/neighbours'
import { layOut, rowPitch, seatPitch } from '~/utils/seats/room'
import { planOf } from './support/rooms'

const at = (rows: string[], curve: number, code: string) => layOut(planOf(rows, curve)).byCode.get(code)!

describe('straight rows', () => {
    const room = layOut(planOf(['_ss__ss', 'sss__sss', '=', 'ssssssss']))

    it('stand where the plan has them, symmetric about the middle', () => {
        expect(room.byCode.get('B1')).toMatchObject({ x: -3.5 * seatPitch, y: rowPitch, angle: 0, rowIndex: 1 })
        expect(room.byCode.get('B6')!.x).toBe(3.5 * seatPitch)
        expect(room.byCode.get('A2')!.x - room.byCode.get('A1')!.x).toBe(seatPitch)
    })
    it('leave aisles and walkways free', () => {
        expect(room.byCode.get('B4')!.x - room.byCode.get('B3')!.x).toBe(3 * seatPitch)
        expect(room.byCode.get('C1')!.y - room.byCode.get('B1')!.y).toBe(2 * rowPitch)
        expect(room.walkways).toEqual([`M${-3.5 * seatPitch} ${2 * rowPitch}L${3.5 * seatPitch} ${2 * rowPitch}`])
    })
    it('have their letter at both ends and in the wide aisle', () => {
        expect(room.rows[1]!.letters.map(({ x }) => x)).toEqual([-4.5 * seatPitch, 4.5 * seatPitch, 0])
        expect(room.rows[2]!.letters).toHaveLength(2)
    })
    it('fit the box with everything in it', () => {
        const { left, top, width, height } = room.box
        for (const { x, y } of room.byCode.values()) {
            expect(x - seatPitch / 2).toBeGreaterThan(left)
            expect(x + seatPitch / 2).toBeLessThan(left + width)
            expect(y + rowPitch / 2).toBeLessThan(top + height)
        }
        expect(room.screen.y).toBeGreaterThan(top)
        expect(room.screen.y).toBeLessThan(-rowPitch)
    })
    it('takes rows in the order they stand in, and leaves empty ones out', () => {
        const plan = planOf(['ss', 'ss'])
        plan.rows.reverse()
        plan.rows.push({ label: 'Z', y: 9, seats: [] })
        expect(layOut(plan).rows.map(({ label }) => label)).toEqual(['A', 'B'])
    })
})

describe('curved rows', () => {
    const rows = ['ssssssssss', 'ssssssssss']

    it('bend round the screen: their ends are nearer to it and face its middle', () => {
        const room = layOut(planOf(rows, 100))
        const seat = (code: string) => room.byCode.get(code)!
        expect(seat('A1').y).toBeLessThan(seat('A3').y)
        expect(seat('A3').y).toBeLessThan(seat('A5').y)
        expect(seat('A1').angle).toBeGreaterThan(seat('A3').angle)
        expect(seat('A1').angle).toBe(-seat('A10').angle)
        expect(seat('A1').angle).toBeGreaterThan(0)
    })
    it('keep the distance between seats and between rows', () => {
        const room = layOut(planOf(rows, 60))
        const [a, b] = [room.byCode.get('A1')!, room.byCode.get('A2')!]
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeCloseTo(seatPitch, 0)
        expect(room.byCode.get('B1')!.y - a.y).toBeCloseTo(rowPitch, 5)
    })
    it('bend more the more curved the room is', () => {
        const lift = (curve: number) => at(rows, curve, 'A5').y - at(rows, curve, 'A1').y
        expect(lift(0)).toBe(0)
        expect(lift(10)).toBeGreaterThan(0)
        expect(lift(50)).toBeGreaterThan(lift(10))
        expect(lift(100)).toBeGreaterThan(lift(50))
    })
})

describe('loveseats', () => {
    it('are paired from the left of each run', () => {
        const room = layOut(planOf(['ll__llll_l_sll']))
        expect(room.rows[0]!.seats.map(({ half }) => half)).toEqual([
            'left', 'right', 'left', 'right', 'left', 'right', undefined, undefined, 'left', 'right',
        ])
    })
})

describe('arrow keys', () => {
    const room = layOut(planOf(['__ss____', 'sss__sss', '=', 'ssssssss'], 40))
    const go = (from: string, step: Step, x?: number) =>
        neighbour(room, room.byCode.get(from)!, step, x)?.code

    it('go along the row and across the aisle', () => {
        expect(go('B2', 'right')).toBe('B3')
        expect(go('B3', 'right')).toBe('B4')
        expect(go('B4', 'left')).toBe('B3')
    })
    it('stop at the room’s edges', () => {
        expect(go('B1', 'left')).toBeUndefined()
        expect(go('B6', 'right')).toBeUndefined()
        expect(go('A1', 'up')).toBeUndefined()
        expect(go('C1', 'down')).toBeUndefined()
    })
    it('go to the seat that stands before or behind, not to the one of the same number', () => {
        expect(go('B4', 'down')).toBe('C6')
        expect(go('C6', 'up')).toBe('B4')
        expect(go('B3', 'up')).toBe('A1')
    })
    it('cross walkways, and gaps to the nearest seat', () => {
        expect(go('C8', 'up')).toBe('B6')
        expect(go('B6', 'up')).toBe('A2')
    })
    it('keep to their line through a shorter row', () => {
        const line = room.byCode.get('B6')!.x
        expect(go('A2', 'down', line)).toBe('B6')
        expect(go('A2', 'down')).toBe('B3')
    })
    it('Home and End lead along the row, with Ctrl through the room', () => {
        expect(go('B4', 'rowStart')).toBe('B1')
        expect(go('B4', 'rowEnd')).toBe('B6')
        expect(go('B4', 'first')).toBe('A1')
        expect(go('B4', 'last')).toBe('C8')
    })
    it.each([
        ['ArrowUp', false, 'up'],
        ['Home', false, 'rowStart'],
        ['Home', true, 'first'],
        ['End', true, 'last'],
        ['Tab', false, undefined],
    ])('%s (Ctrl: %s) is %s', (key, ctrlKey, step) => {
        expect(stepOf({ key, ctrlKey })).toBe(step)
    })
})

describe('a place in the room', () => {
    const room = layOut(planOf(['ss', 'ss']))

    it('belongs to the nearest seat within reach', () => {
        const { x, y } = room.byCode.get('B2')!
        expect(seatAt(room, x + 8, y - 8, 20)?.code).toBe('B2')
        expect(seatAt(room, x + 30, y, 20)).toBeUndefined()
    })
    it('that is best lies before the middle of the screen, two thirds back', () => {
        expect(layOut(planOf(['ssss', 'ssss', 'ssss', 'ssss'])).sweetSpot).toEqual({ x: 0, y: 2 * rowPitch })
    })
})

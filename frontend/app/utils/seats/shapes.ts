import type { SeatCategory } from '~/utils/api/contract'
import type { SeatLook } from './look'
import type { PlacedSeat } from './room'

/*
 * A seat from above, its back away from the screen, round (0, 0) in the drawing's units: 40 from
 * one seat to the next. Only M, L, Z and circular A, all absolute: see `placed`.
 */
const chair =
    'M-12 -15L12 -15A4 4 0 0 1 16 -11L16 3A12 12 0 0 1 4 15L-4 15A12 12 0 0 1 -16 3L-16 -11A4 4 0 0 1 -12 -15Z'
const armchair =
    'M-13 -15L13 -15A5 5 0 0 1 18 -10L18 4A12 12 0 0 1 6 16L-6 16A12 12 0 0 1 -18 4L-18 -10A5 5 0 0 1 -13 -15Z'
const leftHalf = 'M-12 -15L20 -15L20 15L-4 15A12 12 0 0 1 -16 3L-16 -11A4 4 0 0 1 -12 -15Z'
const rightHalf = 'M12 -15L-20 -15L-20 15L4 15A12 12 0 0 0 16 3L16 -11A4 4 0 0 0 12 -15Z'
/** No chair: the floor for a wheelchair. */
const bay =
    'M-11 -16L11 -16A5 5 0 0 1 16 -11L16 11A5 5 0 0 1 11 16L-11 16A5 5 0 0 1 -16 11L-16 -11A5 5 0 0 1 -11 -16Z'

const circle = (radius: number) =>
    `M${-radius} 0A${radius} ${radius} 0 1 0 ${radius} 0A${radius} ${radius} 0 1 0 ${-radius} 0Z`
const spot = circle(6.3)
const tick = 'M-7 0L-2 5.5L7 -5'
const wheelchair =
    'M-3.5 -11.5L-3.4 -11.5M-3.5 -6.5L-3.5 1.5L4.5 1.5L7.5 9M-3.5 -2.5L3 -2.5M-6.5 0.5A6.5 6.5 0 1 0 4 7.5'
const plus = 'M0 -7L0 7M-7 0L7 0'
const backrest = 'M-15.5 4A9.5 9.5 0 0 0 -6 13.5L6 13.5A9.5 9.5 0 0 0 15.5 4'

/** What is written before a point, and the point. */
interface Piece {
    before: string
    x: number
    y: number
}
/** Read once for each shape, not for each of thousands of seats. */
const read = new Map<string, { pieces: Piece[]; end: string }>()

function piecesOf(shape: string) {
    const known = read.get(shape)
    if (known) return known
    const pieces: Piece[] = []
    let end = 0
    for (const match of shape.matchAll(/(?:[ML]|A[\d.]+ [\d.]+ 0 \d \d )(-?[\d.]+) (-?[\d.]+)/g)) {
        const [whole, x, y] = match
        const before = shape.slice(end, match.index + whole.length - `${x} ${y}`.length)
        pieces.push({ before, x: Number(x), y: Number(y) })
        end = match.index + whole.length
    }
    const made = { pieces, end: shape.slice(end) }
    read.set(shape, made)
    return made
}

const round = (value: number) => Math.round(value * 10) / 10

/**
 * The shape at its seat's place and angle. Written into the path itself, because thousands of
 * `transform` attributes make every frame several times as expensive to paint.
 */
export function placed(shape: string, { x, y, angle }: Pick<PlacedSeat, 'x' | 'y' | 'angle'>): string {
    const { pieces, end } = piecesOf(shape)
    const turn = (angle * Math.PI) / 180
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
    let path = ''
    for (const to of pieces) {
        path += `${to.before}${round(x + to.x * cos - to.y * sin)} ${round(y + to.x * sin + to.y * cos)}`
    }
    return path + end
}

const outlines = new WeakMap<PlacedSeat, string>()
/** A seat without its mark, where it stands. */
export function outlineOf(seat: PlacedSeat): string {
    let outline = outlines.get(seat)
    if (outline === undefined) outlines.set(seat, (outline = placed(bodyOf(seat.category, seat.half), seat)))
    return outline
}

export function bodyOf(category: SeatCategory, half?: PlacedSeat['half']): string {
    if (half) return half === 'left' ? leftHalf : rightHalf
    if (category === 'accessible') return bay
    return category === 'premium' ? armchair : chair
}

/** What is drawn on a free seat to say what kind it is; empty for the usual ones. */
export function kindOf(category: SeatCategory): string {
    if (category === 'accessible') return wheelchair
    if (category === 'companion') return plus
    return category === 'premium' ? backrest : ''
}

/**
 * What is drawn on a seat that is not free, so that no state is told by its colour alone. Those that come
 * from others are one shape, a ring or a dot by the style sheet: a change of shape makes the browser measure
 * the whole room anew.
 */
export const markOf = (look: SeatLook): string => (look === 'chosen' ? tick : spot)

/** Whether there is room for the seat's number. */
export const isNumbered = (category: SeatCategory) => category !== 'accessible' && category !== 'companion'

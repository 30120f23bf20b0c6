import type { Plan, SeatCategory } from '~/utils/api/contract'

/** The drawing's own units: from one seat to its neighbour, and from one row to the next. */
export const seatPitch = 40
export const rowPitch = 44

/** How far the outermost seat of the most curved room is turned, radians. */
const bendMax = 0.7
/** Floor between the screen and the seats nearest to it. */
const screenDistance = 64
/** Around the seats, for row letters and the room's edge. */
const margin = 58
/** An aisle of so many columns has the row's letter in it. */
const wideAisleColumns = 2

export interface Point {
    x: number
    y: number
}

/** One seat where it stands. `angle` turns it to face the screen, degrees clockwise. */
export interface PlacedSeat extends Point {
    code: string
    row: string
    /** Counted from the screen, walkways left out. */
    rowIndex: number
    number: number
    column: number
    category: SeatCategory
    angle: number
    /** Which side of a loveseat; undefined for everything else. */
    half?: 'left' | 'right'
}

export interface PlacedRow {
    label: string
    seats: PlacedSeat[]
    /** Where the row's letter is written: at both ends and in wide aisles. */
    letters: Point[]
}

export interface Room {
    rows: PlacedRow[]
    byCode: ReadonlyMap<string, PlacedSeat>
    /** Everything there is to draw. */
    box: { left: number; top: number; width: number; height: number }
    screen: { left: number; right: number; y: number }
    /** The middle line of each walkway, as a path. */
    walkways: string[]
    /** Where one sees and hears best: before the middle of the screen, two thirds back. */
    sweetSpot: Point
}

interface Place extends Point {
    angle: number
}

/**
 * Bends the plan's straight rows round the screen. All rows take the same arc, one behind the
 * other, so that seats keep their distance and aisles lead straight on.
 */
function arcOf({ columns, curvePercent }: Plan) {
    const half = (columns * seatPitch) / 2
    const bend = (bendMax * curvePercent) / 100
    const radius = bend > 0 ? half / bend : Infinity

    const place = (column: number, y: number): Place => {
        const across = (column + 0.5) * seatPitch - half
        const depth = y * rowPitch
        if (bend === 0) return { x: across, y: depth, angle: 0 }
        const turn = across / radius
        return {
            x: radius * Math.sin(turn),
            y: depth - radius * (1 - Math.cos(turn)),
            angle: (-turn * 180) / Math.PI,
        }
    }
    const line = (fromColumn: number, toColumn: number, y: number): string => {
        const from = place(fromColumn, y)
        const to = place(toColumn, y)
        const curve = bend === 0 ? 'L' : `A${round(radius)} ${round(radius)} 0 0 0 `
        return `M${round(from.x)} ${round(from.y)}${curve}${round(to.x)} ${round(to.y)}`
    }
    return { place, line }
}

const round = (value: number) => Math.round(value * 10) / 10

/** Loveseats stand in pairs: the first and second of a run, the third and fourth, … */
function halves(seats: Plan['rows'][number]['seats']): (PlacedSeat['half'] | undefined)[] {
    const sides: (PlacedSeat['half'] | undefined)[] = []
    seats.forEach((seat, index) => {
        const before = seats[index - 1]
        const after = seats[index + 1]
        const joins = (other: typeof seat | undefined) =>
            other?.category === 'loveseat' && Math.abs(other.column - seat.column) === 1
        if (seat.category !== 'loveseat') sides.push(undefined)
        else if (joins(before) && sides[index - 1] === 'left') sides.push('right')
        else sides.push(joins(after) ? 'left' : undefined)
    })
    return sides
}

/** Where everything of an auditorium stands. */
export function layOut(plan: Plan): Room {
    const arc = arcOf(plan)
    const byCode = new Map<string, PlacedSeat>()

    const rows = plan.rows
        .filter((row) => row.seats.length > 0)
        .toSorted((a, b) => a.y - b.y)
        .map((row, rowIndex): PlacedRow => {
            const inOrder = row.seats.toSorted((a, b) => a.column - b.column)
            const sides = halves(inOrder)
            const seats = inOrder.map((seat, index) => {
                const { x, y, angle } = arc.place(seat.column, row.y)
                const placed: PlacedSeat = {
                    code: seat.seatCode,
                    row: row.label,
                    rowIndex,
                    number: seat.number,
                    column: seat.column,
                    category: seat.category,
                    x: round(x),
                    y: round(y),
                    angle: round(angle),
                    half: sides[index],
                }
                byCode.set(placed.code, placed)
                return placed
            })
            return { label: row.label, seats, letters: lettersOf(inOrder.map(({ column }) => column), row.y, arc.place) }
        })

    const seats = [...byCode.values()]
    const xs = seats.map(({ x }) => x)
    const ys = seats.map(({ y }) => y)
    const half = (plan.columns * seatPitch) / 2
    const screen = {
        left: round(plan.screen.column * seatPitch - half),
        right: round((plan.screen.column + plan.screen.width) * seatPitch - half),
        y: round(Math.min(0, ...ys) - screenDistance),
    }
    const left = Math.min(screen.left, ...xs.map((x) => x - margin))
    const right = Math.max(screen.right, ...xs.map((x) => x + margin))
    const top = screen.y - margin * 0.75
    const bottom = Math.max(0, ...ys) + margin * 0.75

    const depths = rows.map((row) => Math.max(...row.seats.map(({ y }) => y)))
    const first = depths[0] ?? 0
    const last = depths.at(-1) ?? 0
    return {
        rows,
        byCode,
        box: { left, top, width: right - left, height: bottom - top },
        screen,
        walkways: walkwaysOf(plan).map((y) => arc.line(0, plan.columns - 1, y)),
        sweetSpot: { x: (screen.left + screen.right) / 2, y: first + ((last - first) * 2) / 3 },
    }
}

function lettersOf(columns: number[], y: number, place: (column: number, y: number) => Place): Point[] {
    const first = columns[0]
    const last = columns.at(-1)
    if (first === undefined || last === undefined) return []
    const spots = [first - 1, last + 1]
    columns.forEach((column, index) => {
        const next = columns[index + 1]
        if (next !== undefined && next - column > wideAisleColumns) spots.push((column + next) / 2)
    })
    return spots.map((column) => {
        const { x, y: depth } = place(column, y)
        return { x: round(x), y: round(depth) }
    })
}

/** The depths that the plan skips between two rows. */
function walkwaysOf(plan: Plan): number[] {
    const taken = plan.rows.map(({ y }) => y).sort((a, b) => a - b)
    return taken.flatMap((y, index) => {
        const next = taken[index + 1]
        return next !== undefined && next - y > 1 ? [(y + next) / 2] : []
    })
}

import { rowPitch, seatPitch, type PlacedRow, type PlacedSeat, type Room } from './room'

export interface BestSeats {
    /** As many as were asked for, row by row; fewer never. */
    codes: string[]
    /** Whether they are one unbroken run of one row. */
    together: boolean
}

/*
 * Costs are comparable numbers: a seat at the sweet spot costs 0, one at the edge of the room about 1.
 */
/** One free seat left alone between two that are not: nobody wants it. */
const loneGapCost = 0.5
/** Half of a loveseat taken: worse than any place in the room. */
const halfLoveseatCost = 3
/** A party in two rows, and one of whom nobody sits beside. */
const lonePersonCost = 0.3
/** Being apart sideways counts more than where the party sits. */
const apartWeight = 1.5

interface Run {
    seats: PlacedSeat[]
    cost: number
    /** The middle of it. */
    x: number
    y: number
}

/** Wheelchair places and those beside them are never given away unasked. */
const givable = (seat: PlacedSeat) => seat.category !== 'accessible' && seat.category !== 'companion'

/**
 * The best `count` free seats: side by side without an aisle between them, near the sweet spot, no
 * lone seat left beside them where that can be helped. When no row has such a run: two runs one
 * behind the other; when there is none of these either, those nearest to one another. Undefined when
 * fewer are free.
 */
export function bestSeats(room: Room, count: number, isFree: (code: string) => boolean): BestSeats | undefined {
    if (count < 1) return undefined
    const free = (seat: PlacedSeat) => givable(seat) && isFree(seat.code)
    const cost = seatCost(room)
    const stretches = room.rows.map((row) => stretchesOf(row, free))

    const whole = cheapest(stretches.flat().flatMap((stretch) => windows(stretch, count, cost)))
    if (whole) return { codes: codesOf(whole.seats), together: true }
    const parted = inTwoRows(stretches, count, cost) ?? huddle(stretches.flat(2), count, cost)
    return parted && { codes: codesOf(parted), together: false }
}

function codesOf(seats: PlacedSeat[]): string[] {
    return seats.toSorted((a, b) => a.rowIndex - b.rowIndex || a.column - b.column).map(({ code }) => code)
}

/** The square of the distance to the sweet spot, in rooms: wide ones forgive more to the side. */
function seatCost(room: Room): (seat: PlacedSeat) => number {
    const seats = [...room.byCode.values()]
    const reach = (of: (seat: PlacedSeat) => number, least: number) =>
        seats.reduce((far, seat) => Math.max(far, of(seat)), least)
    const across = reach(({ x }) => Math.abs(x - room.sweetSpot.x), seatPitch)
    const along = reach(({ y }) => Math.abs(y - room.sweetSpot.y), rowPitch)
    return ({ x, y }) => ((x - room.sweetSpot.x) / across) ** 2 + ((y - room.sweetSpot.y) / along) ** 2
}

/** The row's free seats, cut where one is taken or an aisle runs. */
function stretchesOf(row: PlacedRow, free: (seat: PlacedSeat) => boolean): PlacedSeat[][] {
    const stretches: PlacedSeat[][] = []
    let before: PlacedSeat | undefined
    for (const seat of row.seats) {
        if (!free(seat)) {
            before = undefined
            continue
        }
        if (before && seat.column === before.column + 1) stretches.at(-1)!.push(seat)
        else stretches.push([seat])
        before = seat
    }
    return stretches
}

/** Every way to take `count` seats of a stretch, with what it costs. */
function windows(stretch: PlacedSeat[], count: number, cost: (seat: PlacedSeat) => number): Run[] {
    const runs: Run[] = []
    for (let start = 0; start + count <= stretch.length; start++) {
        const seats = stretch.slice(start, start + count)
        const restBefore = start
        const restAfter = stretch.length - start - count
        const gaps = Number(restBefore === 1) + Number(restAfter === 1)
        const halves = Number(seats[0]!.half === 'right') + Number(seats.at(-1)!.half === 'left')
        runs.push({
            seats,
            cost: mean(seats.map(cost)) + gaps * loneGapCost + halves * halfLoveseatCost,
            x: mean(seats.map(({ x }) => x)),
            y: mean(seats.map(({ y }) => y)),
        })
    }
    return runs
}

type Choice = Pick<Run, 'seats' | 'cost'>

function cheapest<T extends Choice>(choices: T[]): T | undefined {
    return choices.reduce<T | undefined>((best, one) => (best && best.cost <= one.cost ? best : one), undefined)
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** A run in one row and the rest of the party right behind it. */
function inTwoRows(
    stretches: PlacedSeat[][][],
    count: number,
    cost: (seat: PlacedSeat) => number,
): PlacedSeat[] | undefined {
    let best: Choice | undefined
    for (let inFront = 1; inFront < count; inFront++) {
        const behind = count - inFront
        const alone = count > 2 && (inFront === 1 || behind === 1) ? lonePersonCost : 0
        const runsOf = (size: number) =>
            stretches.map((row) => row.flatMap((stretch) => windows(stretch, size, cost)))
        const fronts = runsOf(inFront)
        const backs = runsOf(behind)
        fronts.forEach((runs, row) => {
            for (const front of runs) {
                for (const back of backs[row + 1] ?? []) {
                    const sideways = Math.abs(front.x - back.x) / (seatPitch * count)
                    const walkway = Math.max(0, (back.y - front.y) / rowPitch - 1)
                    const both = (front.cost * inFront + back.cost * behind) / count
                    const sum = both + alone + (sideways + walkway) * apartWeight
                    if (!best || sum < best.cost) best = { seats: [...front.seats, ...back.seats], cost: sum }
                }
            }
        })
    }
    return best?.seats
}

/** How many places in the room are tried as the middle of a scattered party. */
const huddlesMax = 60

/** The tightest group round one of the better seats. */
function huddle(free: PlacedSeat[], count: number, cost: (seat: PlacedSeat) => number): PlacedSeat[] | undefined {
    if (free.length < count) return undefined
    let best: Choice | undefined
    for (const middle of free.toSorted((a, b) => cost(a) - cost(b)).slice(0, huddlesMax)) {
        const away = (seat: PlacedSeat) => Math.hypot(seat.x - middle.x, seat.y - middle.y)
        const seats = free.toSorted((a, b) => away(a) - away(b)).slice(0, count)
        const spread = mean(seats.map(away)) / seatPitch
        const sum = spread * apartWeight + mean(seats.map(cost))
        if (!best || sum < best.cost) best = { seats, cost: sum }
    }
    return best?.seats
}

import type { Ref } from 'vue'
import type { PlacedRow, Room } from '~/utils/seats/room'

/** Drawn at once, at least one row: all of a small room. */
const firstSeats = 30
/** The longest that drawing keeps everything else waiting, on whatever device this is. */
const shareMs = 8

/**
 * The rows of a room from the screen backwards, more and more of them: a large room takes a phone a
 * quarter of a second to draw, in which it would not answer to touch.
 */
export function useGradualRows(room: Ref<Room>) {
    /** The number of rows that `seats` more are in, at least one. */
    function rowsFor(seats: number, from: number): number {
        const { rows } = room.value
        let count = 1
        let left = seats - (rows[from]?.seats.length ?? 0)
        while (from + count < rows.length && (left -= rows[from + count]!.seats.length) >= 0) count++
        return count
    }

    const drawn = ref(rowsFor(firstSeats, 0))
    const complete = computed(() => drawn.value >= room.value.rows.length)
    /** How many seats fit into a share; learnt from the last one. */
    let seats = firstSeats
    let timer: ReturnType<typeof setTimeout> | undefined

    function goOn() {
        clearTimeout(timer)
        if (!complete.value) timer = setTimeout(drawMore)
    }
    async function drawMore() {
        const began = performance.now()
        const from = drawn.value
        const more = room.value.rows.slice(from, from + rowsFor(seats, from))
        drawn.value += more.length
        await nextTick()
        const took = Math.max(0.1, performance.now() - began)
        const done = more.reduce((sum, row) => sum + row.seats.length, 0)
        // Not by more than twice: what was quick once may have been luck.
        seats = Math.min(seats * 2, (done * shareMs) / took)
        if (!gone) goOn()
    }

    let gone = false
    onMounted(goOn)
    watch(room, goOn)
    onScopeDispose(() => {
        gone = true
        clearTimeout(timer)
    })

    return {
        rows: computed<PlacedRow[]>(() => (complete.value ? room.value.rows : room.value.rows.slice(0, drawn.value))),
        complete,
    }
}

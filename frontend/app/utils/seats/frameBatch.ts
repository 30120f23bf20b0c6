/**
 * Gathers what arrives and hands it over once per animation frame. `drop` forgets what waits.
 * A tab in the background has no frames: there what waits is handed over when `itemsMax` is reached.
 */
export function createFrameBatch<T>(deliver: (items: T[]) => void, itemsMax = 4_096) {
    let waiting: T[] = []
    let frame = 0

    function flush() {
        cancelAnimationFrame(frame)
        frame = 0
        const items = waiting
        waiting = []
        if (items.length > 0) deliver(items)
    }
    return {
        add(item: T) {
            waiting.push(item)
            if (waiting.length >= itemsMax) flush()
            else if (frame === 0) frame = requestAnimationFrame(flush)
        },
        drop() {
            cancelAnimationFrame(frame)
            frame = 0
            waiting = []
        },
    }
}

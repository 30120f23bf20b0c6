import type { Booking } from '~/utils/api/contract'

type Held = Pick<Booking, 'createdAt' | 'lockExpiresAt'>

/** From here on the countdown asks for a decision. */
const urgentMs = 30_000

/** What is read out, once each, when the time left falls to it. */
const marks = [
    { ms: 60_000, name: 'minute' },
    { ms: urgentMs, name: 'halfMinute' },
] as const

export type CountdownMark = (typeof marks)[number]['name']

/** The time left of a hold, by the server's clock. */
export function useHoldCountdown(hold: () => Held | undefined) {
    const { now } = useServerClock()

    const left = computed(() => {
        const held = hold()
        return held ? Math.max(0, Date.parse(held.lockExpiresAt) - now.value) : undefined
    })
    /** 1 at the beginning, 0 at the end. */
    const share = computed(() => {
        const held = hold()
        if (!held || left.value === undefined) return 1
        const whole = Date.parse(held.lockExpiresAt) - Date.parse(held.createdAt)
        return whole > 0 ? Math.min(1, left.value / whole) : 0
    })

    /** The mark passed last while somebody watched; a page opened later is not told of earlier ones. */
    const mark = ref<CountdownMark>()
    watch(left, (after, before) => {
        if (after === undefined || before === undefined || after === 0) return
        if (after > before) mark.value = undefined
        for (const { ms, name } of marks) if (before > ms && after <= ms) mark.value = name
    })

    return {
        /** Milliseconds; undefined while the hold is not known. */
        left,
        share,
        mark,
        urgent: computed(() => left.value !== undefined && left.value > 0 && left.value <= urgentMs),
        over: computed(() => left.value === 0),
    }
}

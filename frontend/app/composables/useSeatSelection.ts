import { lookOf, type SeatLook } from '~/utils/seats/look'
import type { SeatStates } from '~/utils/seats/states'

/** What came of wanting a seat. */
export type Choice = 'chosen' | 'left' | 'limit' | Exclude<SeatLook, 'free' | 'chosen'>

export interface SeatSelectionOptions {
    states: SeatStates
    /** The most seats of one booking. */
    limit: () => number
    /** The user's id: what that user holds is nobody else's. */
    me: () => string | undefined
    /** Chosen seats that somebody else has got; they are chosen no longer. */
    onLost: (codes: string[]) => void
}

/**
 * The seats chosen on this page, in the order of choosing. A seat that is no longer free drops out
 * by itself. `paused` (while they are being held) keeps them until the server has answered.
 */
export function useSeatSelection({ states, limit, me, onLost }: SeatSelectionOptions) {
    const chosen = shallowReactive(new Set<string>())
    const codes = computed(() => [...chosen])
    const paused = ref(false)

    const look = (code: string): SeatLook => lookOf(states.get(code), chosen.has(code), me())

    function toggle(code: string): Choice {
        if (chosen.delete(code)) return 'left'
        const now = look(code)
        if (now !== 'free') return now as Choice
        if (chosen.size >= limit()) return 'limit'
        chosen.add(code)
        return 'chosen'
    }

    /** These and no others. */
    function replace(wanted: readonly string[]) {
        chosen.clear()
        for (const code of wanted.slice(0, limit())) chosen.add(code)
    }

    /** Drops the seats and says so; those that were not chosen are passed over. */
    function lose(lost: readonly string[]) {
        const mine = lost.filter((code) => chosen.delete(code))
        if (mine.length > 0) onLost(mine)
    }

    watch(
        () => (paused.value ? [] : codes.value.filter((code) => lookOf(states.get(code), true, me()) !== 'chosen')),
        (gone) => {
            // Held for this user, here or in another tab: not lost.
            const looks = new Map(gone.map((code) => [code, lookOf(states.get(code), true, me())]))
            for (const [code, now] of looks) if (now === 'mine') chosen.delete(code)
            lose(gone.filter((code) => looks.get(code) !== 'mine'))
        },
    )

    return {
        codes,
        look,
        toggle,
        replace,
        lose,
        clear: () => chosen.clear(),
        paused,
    }
}

export type SeatSelection = ReturnType<typeof useSeatSelection>

import { useDocumentVisibility } from '@vueuse/core'
import { asProblem, type ApiProblem } from '~/utils/api/problem'

/** However often it failed: another try at the latest after this. */
const backoffMaxMs = 30_000

/**
 * Does something at once and then `everyMs` after each answer, for as long as the component lives
 * and the tab is visible. After failures it waits longer and longer.
 */
export function usePolling(run: (signal: AbortSignal) => Promise<void>, everyMs: number) {
    const problem = shallowRef<ApiProblem>()
    const pending = ref(false)
    const visibility = useDocumentVisibility()
    let timer: ReturnType<typeof setTimeout> | undefined
    let running: AbortController | undefined
    let failures = 0

    function stop() {
        clearTimeout(timer)
        running?.abort()
        running = undefined
        pending.value = false
    }

    function waitMs(): number {
        if (failures === 0) return everyMs
        const asked = (problem.value?.retryAfterSeconds ?? 0) * 1000
        return Math.max(asked, Math.min(backoffMaxMs, everyMs * 2 ** (failures - 1)))
    }

    /** Now, in place of what may be under way; resolves when that is done. */
    async function refresh(): Promise<void> {
        stop()
        const mine = (running = new AbortController())
        pending.value = true
        try {
            await run(mine.signal)
            if (mine.signal.aborted) return
            problem.value = undefined
            failures = 0
        } catch (error) {
            if (mine.signal.aborted) return
            problem.value = asProblem(error)
            failures += 1
        }
        pending.value = false
        timer = setTimeout(() => void refresh(), waitMs())
    }

    watch(
        visibility,
        (state) => {
            if (state === 'hidden') stop()
            else void refresh()
        },
        { immediate: true },
    )
    onScopeDispose(stop)
    return { problem, pending, refresh }
}

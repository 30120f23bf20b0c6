import type { Ref, WatchSource } from 'vue'
import { asProblem, type ApiProblem } from '~/utils/api/problem'

export interface Resource<T> {
    /** What was loaded last; stays while it is loaded again. */
    data: Ref<T | undefined>
    /** Why the last attempt failed; undefined once one succeeds. */
    problem: Ref<ApiProblem | undefined>
    pending: Ref<boolean>
    /** Loads again; resolves when that is done, whatever came of it. */
    reload: () => Promise<void>
}

/**
 * Loads something for as long as the component lives, and again whenever a `watch` source changes.
 * An answer that is overtaken by a newer request, or by the component's end, is dropped.
 */
export function useResource<T>(
    load: (signal: AbortSignal) => Promise<T>,
    options: { watch?: WatchSource | WatchSource[] } = {},
): Resource<T> {
    const data = shallowRef<T>()
    const problem = shallowRef<ApiProblem>()
    const pending = ref(true)
    let running: AbortController | undefined

    async function reload(): Promise<void> {
        running?.abort()
        const mine = (running = new AbortController())
        pending.value = true
        try {
            const loaded = await load(mine.signal)
            if (mine.signal.aborted) return
            data.value = loaded
            problem.value = undefined
        } catch (error) {
            if (mine.signal.aborted) return
            problem.value = asProblem(error)
        }
        pending.value = false
    }

    if (options.watch) watch(options.watch, () => void reload())
    onScopeDispose(() => running?.abort())
    void reload()
    return { data, problem, pending, reload }
}

import type { ApiProblem } from '~/utils/api/problem'

/**
 * What the server finds wrong with filters, for their fields: `names` maps its parameters to ours.
 * `told` is whether that is all that was wrong.
 */
export function useFilterErrors<K extends string>(
    problem: () => ApiProblem | undefined,
    names: Readonly<Record<string, K>>,
    textOf: (field: K) => string,
) {
    const errors = computed(() => {
        const found: Partial<Record<K, string>> = {}
        for (const { field } of problem()?.errors ?? []) {
            const own = names[field]
            if (own) found[own] = textOf(own)
        }
        return found
    })
    const told = computed(() => {
        const list = problem()?.errors ?? []
        return list.length > 0 && list.every(({ field }) => names[field] !== undefined)
    })
    return { errors, told }
}

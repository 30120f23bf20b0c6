import type { Dashboard } from '~/utils/admin/figures'

const everyMs = 10_000

/** The day ranges of the revenue plot. */
export const dashboardDays = [7, 14, 30] as const

/** The house's figures, asked for again and again. What was heard last stays until there is more. */
export function useDashboard() {
    const api = useApi()
    const days = ref<number>(14)
    const data = shallowRef<Dashboard>()
    let etag: string | undefined

    const { problem, pending, refresh } = usePolling(async (signal) => {
        const answer = await api.poll('/api/admin/dashboard', etag, { query: { days: days.value }, signal })
        if (signal.aborted) return
        etag = answer.etag
        if (answer.data) data.value = answer.data
    }, everyMs)

    watch(days, () => {
        etag = undefined
        void refresh()
    })
    return { days, data, problem, pending, refresh }
}

import { feedMax, mergeFeed } from '~/utils/admin/feed'
import type { AuditLog } from '~/utils/api/contract'

const everyMs = 3_000

/** What happens in the house, as it happens. */
export function useEventFeed() {
    const api = useApi()
    const events = shallowRef<AuditLog[]>()
    let etag: string | undefined

    const polling = usePolling(async (signal) => {
        const answer = await api.poll('/api/admin/audit-logs', etag, { query: { limit: feedMax }, signal })
        if (signal.aborted) return
        etag = answer.etag
        if (answer.data) events.value = mergeFeed(events.value ?? [], answer.data)
    }, everyMs)
    return { events, problem: polling.problem, refresh: polling.refresh }
}

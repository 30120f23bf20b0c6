import type { AuditLog } from '~/utils/api/contract'

/** As many events as the feed shows. */
export const feedMax = 14

const newestFirst = (a: AuditLog, b: AuditLog) =>
    Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)

/** Adds what was polled, newest first. An event counts once, however often it comes. */
export function mergeFeed(events: readonly AuditLog[], polled: readonly AuditLog[]): AuditLog[] {
    const known = new Map([...events, ...polled].map((event) => [event.eventId, event]))
    return [...known.values()].sort(newestFirst).slice(0, feedMax)
}

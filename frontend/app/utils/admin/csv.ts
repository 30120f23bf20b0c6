import type { Filters, auditFilters } from './filters'

/** The contract's limit of one export. */
export const csvRowsMax = 50_000

/**
 * `audit-log_BookingConfirmed_from-2026-11-23T0900.csv`: what it was filtered by, so that two
 * downloads do not take each other's place.
 */
export function csvFileName(filters: Filters<keyof typeof auditFilters>, today: string): string {
    const { type, booking, user, from, to } = filters
    const parts = [
        'audit-log',
        type,
        booking && `booking-${booking}`,
        user && `user-${user}`,
        from && `from-${from}`,
        to && `to-${to}`,
        !from && !to && today,
    ]
    const name = parts.filter(Boolean).join('_')
    return `${name.replaceAll(/[^\w.-]/g, '')}.csv`
}

/** How many records a CSV file has after its header; line breaks within quotes end none. */
export function countRecords(csv: string): number {
    let lines = 0
    let quoted = false
    let open = false
    for (const character of csv) {
        if (character === '"') quoted = !quoted
        if (character === '\n' && !quoted) {
            lines += open ? 1 : 0
            open = false
        } else if (character !== '\r') open = true
    }
    return Math.max(0, lines + (open ? 1 : 0) - 1)
}

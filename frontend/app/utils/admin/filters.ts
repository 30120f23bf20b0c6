import type { LocationQuery, LocationQueryRaw } from 'vue-router'

/** What a page is filtered by; '' means not at all. */
export type Filters<K extends string> = Record<K, string>

/** How each filter is read from the address: only what its own control could have written. */
export type FilterSpec<K extends string> = Record<K, (text: string) => string>

export const anyText = (text: string): string => text
export const oneOf =
    (known: readonly string[]) =>
    (text: string): string =>
        known.includes(text) ? text : ''
export const matching =
    (pattern: RegExp) =>
    (text: string): string =>
        pattern.test(text) ? text : ''

/** Cursors further back than this are forgotten; the address must not grow for ever. */
export const cursorsMax = 25

function texts(value: LocationQuery[string] | undefined): string[] {
    return [value].flat().filter((item): item is string => typeof item === 'string' && item !== '')
}

/** A filter that is given twice counts as its last one. */
export function readFilters<K extends string>(spec: FilterSpec<K>, query: LocationQuery): Filters<K> {
    const keys = Object.keys(spec) as K[]
    return Object.fromEntries(keys.map((key) => [key, spec[key](texts(query[key]).at(-1) ?? '')])) as Filters<K>
}

export const statusFilter = ['LOCKED', 'BOOKED', 'CANCELLED', 'EXPIRED'] as const
export const eventFilter = [
    'BookingLocked',
    'PaymentSucceeded',
    'BookingConfirmed',
    'BookingCancelled',
    'BookingExpired',
    'PaymentRefunded',
] as const

const id = matching(/^[0-9a-fA-F]{24}$/)
const day = matching(/^\d{4}-\d\d-\d\d$/)

/** The address of the bookings page. */
export const bookingFilters = {
    q: anyText,
    status: oneOf(statusFilter),
    film: id,
    day,
    showtime: id,
    user: id,
}
/** The address of the audit log. Ids are typed by hand: wrong ones stay, to be told at the field. */
export const auditFilters = {
    type: oneOf(eventFilter),
    booking: anyText,
    user: anyText,
    from: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/),
    to: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/),
}

/**
 * Where in the list a page stands: the cursors of the pages that led to it, the last one its own.
 * Empty is the first page.
 */
export function readCursors(query: LocationQuery): string[] {
    return texts(query.cursor)
}

export const deeper = (cursors: readonly string[], next: string): string[] => [...cursors, next].slice(-cursorsMax)
export const shallower = (cursors: readonly string[]): string[] => cursors.slice(0, -1)

/** The query of the address, without what is not set. What it holds besides stays as it is. */
export function writeQuery<K extends string>(
    spec: FilterSpec<K>,
    query: LocationQuery,
    filters: Filters<K>,
    cursors: readonly string[] = [],
): LocationQueryRaw {
    const rest = Object.entries(query).filter(([key]) => !(key in spec) && key !== 'cursor')
    const set = Object.entries<string>(filters).filter(([, value]) => value !== '')
    const place = cursors.length > 0 ? [['cursor', [...cursors]]] : []
    return Object.fromEntries([...rest, ...set, ...place]) as LocationQueryRaw
}

/*
 * Between the wall clock of the cinema's zone (`2026-11-24T19:30`, what a datetime-local input
 * holds) and instants in ms since 1970.
 */

/** What the clock of the zone shows, as if it were UTC. */
function wallClock(instant: number, timeZone: string): number {
    const parts = new Intl.DateTimeFormat('en', {
        timeZone,
        calendar: 'iso8601',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
    }).formatToParts(instant)
    const part = (type: string) => Number(parts.find((known) => known.type === type)?.value)
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/**
 * The instant when the zone's clock shows `local`, undefined when that is no date and time. Of a
 * time that comes twice (the clocks go back) the first; one that is skipped moves on by the gap.
 */
export function instantOf(local: string, timeZone: string): number | undefined {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(local)) return undefined
    const wanted = Date.parse(`${local}Z`)
    if (Number.isNaN(wanted)) return undefined
    const day = 86_400_000
    const offset = (near: number) => wallClock(near, timeZone) - near
    // The offsets in force before and after any change that could be near.
    const [before, after] = [offset(wanted - day), offset(wanted + day)]
    const candidates = [wanted - before, wanted - after].filter((found) => wallClock(found, timeZone) === wanted)
    return candidates.length > 0 ? Math.min(...candidates) : wanted - before
}

/** `2026-11-24T19:30`, for an input. */
export function localOf(instant: number, timeZone: string): string {
    return new Date(wallClock(Math.floor(instant / 1000) * 1000, timeZone)).toISOString().slice(0, 16)
}

/** The day after `2026-11-24`. */
function nextDay(day: string): string {
    return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

/** From midnight to midnight in the zone; undefined when `day` is none. */
export function dayBounds(day: string, timeZone: string): [from: number, to: number] | undefined {
    const from = instantOf(`${day}T00:00`, timeZone)
    if (from === undefined) return undefined
    const to = instantOf(`${nextDay(day)}T00:00`, timeZone)
    return to === undefined ? undefined : [from, to]
}

/** The UTC days that a day of the zone touches, for the API's `date`. */
export function utcDaysOf(day: string, timeZone: string): string[] {
    const bounds = dayBounds(day, timeZone)
    if (!bounds) return []
    const days = bounds.map((instant, end) => new Date(instant - end).toISOString().slice(0, 10))
    return [...new Set(days)]
}

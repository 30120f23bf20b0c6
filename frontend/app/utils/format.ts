export interface FormatContext {
    /** BCP 47. Called at every use, so that what is shown follows a change of language. */
    locale: () => string
    /** IANA. */
    timeZone: () => string
    /** ms since 1970, by the server's clock. */
    now: () => number
}

type Instant = string | number | Date

const dateStyles = {
    /** Tue 24 Nov */
    short: { weekday: 'short', day: 'numeric', month: 'short' },
    /** Tuesday 24 November 2026 */
    long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
    /** 24 November 2026 */
    plain: { day: 'numeric', month: 'long', year: 'numeric' },
    weekday: { weekday: 'short' },
    dayMonth: { day: 'numeric', month: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

export type DateStyle = keyof typeof dateStyles

const made = new Map<string, unknown>()
/** Intl's formatters cost much more to make than to use. */
function cached<T>(kind: string, locale: string, options: object, make: () => T): T {
    const key = `${kind} ${locale} ${JSON.stringify(options)}`
    if (!made.has(key)) made.set(key, make())
    return made.get(key) as T
}

/** Thai puts its "and" right between words, but not between what is no Thai, such as seats. */
const spaced = (and: string) => and.replace(/^(?=\p{L})/u, ' ').replace(/(\p{L})$/u, '$1 ')

export type Formatter = ReturnType<typeof createFormatter>

export function createFormatter({ locale, timeZone, now }: FormatContext) {
    function dates(options: Intl.DateTimeFormatOptions, instant: Instant): string {
        const all = { timeZone: timeZone(), ...options }
        const format = cached('date', locale(), all, () => new Intl.DateTimeFormat(locale(), all))
        return format.format(new Date(instant))
    }
    function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
        return cached('number', locale(), options, () => new Intl.NumberFormat(locale(), options))
    }
    function unit(value: number, of: 'hour' | 'minute'): string {
        return numbers({ style: 'unit', unit: of, unitDisplay: 'narrow' }).format(value)
    }

    /** The day in the cinema's zone, `2026-11-24`: to group and compare by. */
    function dayKey(instant: Instant): string {
        const options = { timeZone: timeZone() }
        // Canada writes dates as ISO 8601 does.
        return cached('day', 'en-CA', options, () => new Intl.DateTimeFormat('en-CA', options)).format(
            new Date(instant),
        )
    }
    /** Whole days from today's day to that of the instant, both in the cinema's zone. */
    function daysAhead(instant: Instant): number {
        return Math.round((Date.parse(dayKey(instant)) - Date.parse(dayKey(now()))) / 86_400_000)
    }
    const date = (instant: Instant, style: DateStyle = 'short') => dates(dateStyles[style], instant)
    const time = (instant: Instant) => dates({ hour: '2-digit', minute: '2-digit' }, instant)
    /** `today`, `tomorrow` or `Tue 24 Nov`, capitalised where the language has capitals. */
    function day(instant: Instant): string {
        const ahead = daysAhead(instant)
        if (ahead !== 0 && ahead !== 1) return date(instant)
        const options = { numeric: 'auto' } as const
        const word = cached('relative', locale(), options, () => new Intl.RelativeTimeFormat(locale(), options))
            .format(ahead, 'day')
        return word.charAt(0).toLocaleUpperCase(locale()) + word.slice(1)
    }

    return {
        /** Minor units: `money(24000, 'THB')` → `฿240`. Fractions only when there are any. */
        money(minor: number, currency: string): string {
            const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const
            const digits = numbers(options).resolvedOptions().maximumFractionDigits ?? 2
            const major = minor / 10 ** digits
            const whole = Number.isInteger(major)
            return numbers(whole ? { ...options, maximumFractionDigits: 0 } : options).format(major)
        },
        number: (value: number) => numbers({}).format(value),
        /** `percent(0.42)` → `42%` */
        percent: (share: number) => numbers({ style: 'percent', maximumFractionDigits: 0 }).format(share),
        date,
        time,
        day,
        dayKey,
        daysAhead,
        /** `Today 19:30` */
        dayTime: (instant: Instant) => `${day(instant)} ${time(instant)}`,
        /** For logs: date and time with seconds. */
        timestamp: (instant: Instant) => dates({ dateStyle: 'medium', timeStyle: 'medium' }, instant),
        /** Minutes: `duration(148)` → `2h 28m` */
        duration(minutes: number): string {
            const hours = Math.floor(minutes / 60)
            const rest = minutes % 60
            const parts = [hours > 0 ? unit(hours, 'hour') : '', rest > 0 || hours === 0 ? unit(rest, 'minute') : '']
            return parts.filter(Boolean).join(' ')
        },
        /** Milliseconds left, rounded up to seconds: `4:59`; never below `0:00`. */
        countdown(milliseconds: number): string {
            const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
            return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
        },
        /** `A1, A2 and A3` */
        list(items: readonly string[]): string {
            const options = { type: 'conjunction' } as const
            const format = cached('list', locale(), options, () => new Intl.ListFormat(locale(), options))
            return format.formatToParts(items).map(({ type, value }) => (type === 'literal' ? spaced(value) : value)).join('')
        },
    }
}

/** `674350e0a4f1b2c3d4e5f708` → `D4E5-F708`, what people read to one another. */
export function bookingCode(bookingId: string): string {
    const end = bookingId.slice(-8).toUpperCase()
    return `${end.slice(0, 4)}-${end.slice(4)}`
}

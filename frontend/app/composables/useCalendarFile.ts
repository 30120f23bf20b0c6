export interface CalendarEvent {
    /** The same for the same booking, so that importing it twice makes one entry. */
    uid: string
    /** When the file is made: ms since 1970. */
    stamp: number
    start: string
    end: string
    summary: string
    location: string
    description: string
    url: string
}

const lineMaxOctets = 75
const encoder = new TextEncoder()

/** RFC 5545, 3.3.11. Control characters have no place in a text. */
function escaped(text: string): string {
    return text
        .replace(/[\\;,]/g, '\\$&')
        .replace(/\r\n|\r|\n/g, '\\n')
        .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
}

/** RFC 5545, 3.1: no line is longer than 75 octets; a character is never cut. */
function folded(line: string): string {
    let result = ''
    let octets = 0
    for (const character of line) {
        const size = encoder.encode(character).length
        if (octets + size > lineMaxOctets) {
            result += '\r\n '
            octets = 1
        }
        result += character
        octets += size
    }
    return result
}

/** `2026-11-24T12:30:00.000Z` → `20261124T123000Z`. */
function utc(instant: string | number): string {
    return new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** An iCalendar file (RFC 5545) with one event. */
export function calendarFile(event: CalendarEvent): string {
    const lines = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Cinema box office//Tickets//EN',
        'CALSCALE:GREGORIAN',
        'METHOD:PUBLISH',
        'BEGIN:VEVENT',
        `UID:${escaped(event.uid)}`,
        `DTSTAMP:${utc(event.stamp)}`,
        `DTSTART:${utc(event.start)}`,
        `DTEND:${utc(event.end)}`,
        `SUMMARY:${escaped(event.summary)}`,
        `LOCATION:${escaped(event.location)}`,
        `DESCRIPTION:${escaped(event.description)}`,
        `URL:${event.url}`,
        'STATUS:CONFIRMED',
        'END:VEVENT',
        'END:VCALENDAR',
    ]
    return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** Hands a file to the browser to save or to open. */
function save(file: Blob, name: string): void {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = name
    link.click()
    // Some browsers read it only after the click has been dealt with.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** The showing of a ticket for the visitor's calendar. */
export function useCalendarFile() {
    const { t } = useI18n()
    const site = useSiteStore()
    const format = useFormat()

    return (booking: BookingDetail) => {
        const code = bookingCode(booking.id)
        const text = calendarFile({
            uid: `${booking.id}@${window.location.hostname}`,
            stamp: serverNow(),
            start: booking.showtimeStart,
            end: booking.showtimeEnd,
            summary: booking.movieTitle,
            location: [booking.auditoriumName, site.info.name].filter(Boolean).join(', '),
            description: t('tickets.calendar.text', {
                seats: format.list(sortedSeats(booking.seats)),
                code,
            }),
            url: `${window.location.origin}/tickets/${booking.id}`,
        })
        save(new Blob([text], { type: 'text/calendar;charset=utf-8' }), `ticket-${code}.ics`)
    }
}

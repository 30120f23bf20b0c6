// What one seat event costs the seat map in a real browser: script and layout, from the browser's own
// trace, without paint. The app is the built one, wherever it is served; its API and its stream are
// played here, so that the rooms can be of any size.
//
//     node bench/seat-events.mjs [http://localhost:3000] [--seats=600,2000] [--events=200]
//
// Prints one line of JSON for each room; ends with 1 when the 95th percentile is above the limit.
import { chromium } from '@playwright/test'
import { parseArgs } from 'node:util'

const limitMs = 2
const warmUpEvents = 20
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        seats: { type: 'string', default: '600,2000' },
        events: { type: 'string', default: '200' },
        chromium: { type: 'string', default: '/usr/bin/chromium' },
    },
})
const site = new URL(positionals[0] ?? 'http://localhost:3000').origin
const events = Number(values.events)

/** Script, and what it makes of style and layout; the collector's pauses, too. */
const counted = new Set([
    'EvaluateScript', 'FunctionCall', 'RunMicrotasks', 'EventDispatch', 'FireAnimationFrame', 'TimerFire',
    'MinorGC', 'MajorGC', 'UpdateLayoutTree', 'Layout',
])
const ids = { showtime: '6'.repeat(24), movie: '7'.repeat(24), user: '8'.repeat(24), other: '9'.repeat(24) }

function planOf(total) {
    const perRow = total <= 600 ? 30 : 50
    const label = (row) => (row < 26 ? '' : 'A') + String.fromCharCode(65 + (row % 26))
    const seatsOf = (row) =>
        Array.from({ length: perRow }, (_, index) => ({
            seatCode: `${label(row)}${index + 1}`,
            number: index + 1,
            column: index + 2 * Math.floor((index * 3) / perRow),
            category: row > total / perRow / 2 ? 'premium' : 'standard',
        }))
    const rows = Array.from({ length: Math.ceil(total / perRow) }, (_, row) => ({
        label: label(row),
        y: row + (row > 8 ? 1 : 0),
        seats: seatsOf(row),
    }))
    const columns = perRow + 4
    return { columns, curvePercent: 30, rows, screen: { column: 0, width: columns } }
}

function answers(plan) {
    const day = 86_400_000
    const seats = plan.rows.flatMap(({ label, seats: inRow }) =>
        inRow.map(({ seatCode, number, category }) => ({
            seatCode, row: label, number, category, price: 20000, state: 'AVAILABLE', version: 0,
        })),
    )
    const showtime = {
        id: ids.showtime, movieId: ids.movie, movieTitle: 'The Bench', auditoriumId: ids.movie,
        auditoriumName: 'Hall', seatmapId: ids.movie, currency: 'THB', prices: { standard: 20000, premium: 30000 },
        startTime: new Date(Date.now() + day).toISOString(), endTime: new Date(Date.now() + 1.1 * day).toISOString(),
        seatsTotal: seats.length, seatsAvailable: seats.length, plan,
    }
    const house = { name: 'Bench', timeZone: 'UTC', demoLogin: true, maxSeatsPerBooking: 10, lockTtlSeconds: 300 }
    return {
        seats,
        json: new Map([
            [`/api/showtimes/${ids.showtime}`, showtime],
            [`/api/showtimes/${ids.showtime}/seats`, seats],
            ['/api/site', { ...house, now: Date.now() }],
            ['/api/bookings', []],
        ]),
    }
}

/** In the page: a session, and a stream that says what the bench wants. */
function prepare({ user, snapshot }) {
    const account = { id: user, email: 'bench@example.org', name: 'Bench', role: 'USER' }
    localStorage.setItem(
        'cinema.session',
        JSON.stringify({ token: 'a.b.c', expiresAt: '2999-01-01T00:00:00.000Z', user: account }),
    )
    window.WebSocket = class extends EventTarget {
        constructor() {
            super()
            window.say = (text) => this.onmessage({ data: text })
            setTimeout(() => window.say(snapshot))
        }
        close() {
            // The stream lasts as long as the page.
        }
    }
}

/** In the page: one event after the other, each with a frame of its own; tells which did not show in it. */
async function play({ texts, looks, skip }) {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    // Until style, layout and paint of the frame are done.
    const pause = () => new Promise((resolve) => setTimeout(resolve))
    const missed = []
    const elements = new Map([...document.querySelectorAll('[data-seat]')].map((seat) => [seat.dataset.seat, seat]))
    for (let index = 0; index < texts.length; index++) {
        await pause()
        if (index >= skip) performance.mark('seat-event')
        window.say(texts[index])
        await frame()
        // A frame's callbacks run in the order in which they asked: the map has had its turn.
        await Promise.resolve()
        const [code, look] = looks[index]
        if (elements.get(code).dataset.look !== look) missed.push(texts[index])
    }
    await pause()
    performance.mark('seat-event')
    return missed
}

function script(seats) {
    const versions = new Map()
    const texts = []
    const looks = []
    for (let index = 0; index < events + warmUpEvents; index++) {
        // Any seat, but the same ones in each run.
        const { seatCode } = seats[(index * 7919) % Math.min(seats.length, 97)]
        const version = (versions.get(seatCode) ?? 0) + 1
        versions.set(seatCode, version)
        const [type, look] = [['SEAT_LOCKED', 'held'], ['SEAT_BOOKED', 'sold'], ['SEAT_RELEASED', 'free']][(version - 1) % 3]
        const hold = type === 'SEAT_LOCKED' && {
            lockedByUserId: ids.other,
            lockExpiresAt: new Date(Date.now() + 300_000).toISOString(),
        }
        texts.push(JSON.stringify({ type, seatCode, ...hold, version }))
        looks.push([seatCode, look])
    }
    return { texts, looks, skip: warmUpEvents }
}

/**
 * Milliseconds of counted work after each mark, until the next one. In the thread's own time, so that
 * what else the machine does is not counted; work within work counts once.
 */
function costs(trace) {
    const marks = trace.filter(({ name, ph }) => name === 'seat-event' && 'RIn'.includes(ph))
    const { pid, tid } = marks[0]
    const work = trace
        .filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X' && counted.has(event.name))
        .sort((a, b) => a.ts - b.ts || b.dur - a.dur)
    const times = marks.map(({ ts }) => ts).sort((a, b) => a - b)
    const sums = new Array(times.length - 1).fill(0)
    let index = -1
    let reached = -Infinity
    for (const { ts, dur = 0, tdur = dur } of work) {
        if (ts < reached) continue
        reached = ts + dur
        while (index < sums.length && ts >= times[index + 1]) index++
        if (index >= 0 && index < sums.length) sums[index] += tdur / 1000
    }
    return sums
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

async function measure(browser, total) {
    const { seats, json } = answers(planOf(total))
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const problems = []
    page.on('pageerror', ({ message }) => problems.push(message))
    await page.addInitScript(prepare, {
        user: ids.user,
        snapshot: JSON.stringify({ type: 'SYNC_SNAPSHOT', showtimeId: ids.showtime, seats }),
    })
    await page.route('**/api/**', (route) => {
        const body = json.get(new URL(route.request().url()).pathname)
        return body ? route.fulfill({ json: body }) : route.fulfill({ status: 404, json: {} })
    })
    await page.goto(`${site}/seats/${ids.showtime}`)
    await page.locator('[data-seat]').nth(seats.length - 1).waitFor()

    await browser.startTracing(page, { categories: ['devtools.timeline', 'blink.user_timing'] })
    const missed = await page.evaluate(play, script(seats))
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
    await page.close()
    if (problems.length > 0) throw new Error(problems.join('\n'))
    if (missed.length > 0) throw new Error(`${missed.length} events did not show within a frame: ${missed[0]}`)

    const sorted = costs(traceEvents).sort((a, b) => a - b)
    if (sorted.length !== events) throw new Error(`measured ${sorted.length} of ${events} events`)
    const milliseconds = (share) => Number(percentile(sorted, share).toFixed(3))
    return { seats: seats.length, events, ms_per_event_p50: milliseconds(0.5), ms_per_event_p95: milliseconds(0.95) }
}

const browser = await chromium.launch({
    executablePath: values.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
})
try {
    for (const total of values.seats.split(',').map(Number)) {
        const result = await measure(browser, total)
        process.stdout.write(`${JSON.stringify(result)}\n`)
        if (result.ms_per_event_p95 > limitMs) process.exitCode = 1
    }
} finally {
    await browser.close()
}

import { useEventListener, useIntervalFn } from '@vueuse/core'
import { readMessage, type SeatMessage } from '~/utils/seats/states'

/**
 * `connecting`: for the first time. `live`: the snapshot has come and changes follow.
 * `reconnecting`: there was or should be a connection. `offline`: this device has no network.
 */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline'

const delayFirstMs = 500
const delayMaxMs = 15_000
/** A connection that brings no snapshot in this time is given up. */
const snapshotWaitMs = 10_000
/** A clock that is looked at this often and has jumped this far: the device has slept. */
const pulseMs = 5_000
const sleepMs = 20_000

export interface SeatFeedOptions {
    showtimeId: string
    onMessage: (message: SeatMessage) => void
    /** A connection could not be made, or broke; another one follows. */
    onBroken?: () => void
    /** 0 … 1 */
    random?: () => number
}

/** Half of the delay is fixed and half is chance, so that not everybody comes back at once. */
export function retryDelayMs(attempt: number, random: number): number {
    const full = Math.min(delayMaxMs, delayFirstMs * 2 ** attempt)
    return full / 2 + (full / 2) * random
}

export function feedUrl(showtimeId: string, { protocol, host }: { protocol: string; host: string }): string {
    return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/ws/showtimes/${encodeURIComponent(showtimeId)}`
}

/**
 * The stream of one showtime's seats, for as long as the scope lives. It comes back by itself when
 * it breaks, when the network returns, and when the device wakes: each time with a new snapshot.
 */
export function useSeatFeed({ showtimeId, onMessage, onBroken, random = Math.random }: SeatFeedOptions) {
    const connection = ref<Connection>('connecting')
    let socket: WebSocket | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let attempt = 0
    let stopped = false

    /** Lets go of the socket: nothing it may still say is heard. */
    function release() {
        clearTimeout(timer)
        const old = socket
        socket = undefined
        old?.close()
    }

    function open() {
        release()
        if (stopped) return
        const mine = (socket = new WebSocket(feedUrl(showtimeId, location)))
        mine.onmessage = ({ data }) => {
            if (mine !== socket) return
            const message = readMessage(data)
            if (!message) return
            if (message.type === 'SYNC_SNAPSHOT') {
                clearTimeout(timer)
                attempt = 0
                connection.value = 'live'
            }
            onMessage(message)
        }
        mine.onclose = () => mine === socket && broken()
        timer = setTimeout(broken, snapshotWaitMs)
    }

    function broken() {
        release()
        if (stopped) return
        connection.value = navigator.onLine ? 'reconnecting' : 'offline'
        timer = setTimeout(open, retryDelayMs(attempt++, random()))
        onBroken?.()
    }

    /** At once, with a fresh count of attempts. */
    function resync() {
        if (stopped) return
        attempt = 0
        connection.value = 'reconnecting'
        open()
    }

    let beat = Date.now()
    function lookAtTheClock() {
        // A hidden tab's timers are held back: what has been missed is asked for when it is looked at.
        if (document.hidden) return
        const slept = Date.now() - beat > sleepMs
        beat = Date.now()
        if (slept) resync()
    }
    useIntervalFn(lookAtTheClock, pulseMs)
    useEventListener(document, 'visibilitychange', lookAtTheClock)
    useEventListener(window, 'online', resync)
    useEventListener(window, 'offline', () => {
        release()
        connection.value = 'offline'
    })
    // A page that comes back out of the browser's history cache has lost its connection.
    useEventListener(window, 'pageshow', (event) => event.persisted && resync())

    function stop() {
        stopped = true
        release()
    }
    onScopeDispose(stop)
    open()
    return { connection: readonly(connection), resync, stop }
}

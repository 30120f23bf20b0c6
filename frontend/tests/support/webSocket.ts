import { vi } from 'vitest'

/** Stands in for the browser's WebSocket; the test is the server. */
export class FakeWebSocket {
    static all: FakeWebSocket[] = []
    static get last(): FakeWebSocket {
        return FakeWebSocket.all.at(-1)!
    }

    closed = false
    onmessage: ((event: { data: unknown }) => void) | null = null
    onclose: (() => void) | null = null

    constructor(readonly url: string) {
        FakeWebSocket.all.push(this)
    }
    close() {
        this.closed = true
        // As in a browser: told later, not while `close` runs.
        queueMicrotask(() => this.onclose?.())
    }
    /** The server says something. */
    say(message: unknown) {
        this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) })
    }
    /** The connection ends from the other side. */
    drop() {
        this.closed = true
        this.onclose?.()
    }
}

export function stubWebSocket() {
    FakeWebSocket.all = []
    vi.stubGlobal('WebSocket', FakeWebSocket)
    return FakeWebSocket
}

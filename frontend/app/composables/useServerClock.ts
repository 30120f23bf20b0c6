import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import type { Ref } from 'vue'

/** Server minus device, milliseconds; the site store sets it. */
const offset = ref(0)

export function setServerOffset(milliseconds: number): void {
    offset.value = milliseconds
}

/** The server's time in ms since 1970, as well as it is known. */
export function serverNow(): number {
    return Date.now() + offset.value
}

/** Often enough that a countdown never shows a second that has passed for longer than this. */
const tickMs = 200

/**
 * The server's time as a ref, one timer for all who show it. Stops with its last user.
 * Holds end by the server's clock, never by the device's.
 */
export const useServerClock: () => { now: Ref<number>; offset: Ref<number> } = createSharedComposable(() => {
    const now = ref(serverNow())
    useIntervalFn(() => (now.value = serverNow()), tickMs)
    watch(offset, () => (now.value = serverNow()))
    return { now, offset }
})

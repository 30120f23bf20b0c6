import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import type { Ref } from 'vue'

const tickMs = 5_000

/** The server's time for what changes by the minute: which showtimes have begun, how long until the next. */
export function useRoughClock(): Ref<number> {
    const now = ref(serverNow())
    const tick = () => (now.value = serverNow())
    useIntervalFn(tick, tickMs)
    // Timers sleep in the background; and the server's clock may become known after this page.
    watch([useDocumentVisibility(), () => useSiteStore().loaded], tick)
    return now
}

import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'

/** Seats sell while one reads. */
const everyMs = 60_000

/** Runs `reload` every minute while the page is looked at, and at once when it is looked at again. */
export function useRefresh(reload: () => Promise<void>): void {
    const visibility = useDocumentVisibility()
    const { pause, resume } = useIntervalFn(() => void reload(), everyMs)
    watch(visibility, (now) => {
        if (now === 'hidden') return pause()
        resume()
        void reload()
    })
}

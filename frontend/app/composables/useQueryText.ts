import type { WritableComputedRef } from 'vue'

/** A text kept in the address, so that going back, reloading and sharing keep it; empty leaves it out. */
export function useQueryText(name: string): WritableComputedRef<string> {
    const route = useRoute()
    const router = useRouter()
    return computed({
        get() {
            const value = route.query[name]
            return typeof value === 'string' ? value : ''
        },
        set(value) {
            // A page that is being left writes nothing into the address of the next.
            if (router.currentRoute.value.path !== route.path) return
            void router.replace({ query: { ...router.currentRoute.value.query, [name]: value || undefined } })
        },
    })
}

const isDay = /^\d{4}-\d{2}-\d{2}$/

/** A day of the cinema in the address, `2026-11-24`; one that has passed is none. */
export function useQueryDay(): WritableComputedRef<string> {
    const text = useQueryText('day')
    const { dayKey } = useFormat()
    return computed({
        get: () => (isDay.test(text.value) && text.value >= dayKey(serverNow()) ? text.value : ''),
        set: (value) => (text.value = value),
    })
}

import { useTimeoutFn } from '@vueuse/core'
import type { Ref } from 'vue'

/** By then the page has come to rest. */
const restMs = 3_000

/**
 * Whether something has ever been open: what few look into is put together only then. Its code is
 * there before, because the network may have gone when it is asked for.
 */
export function useAsked(open: Ref<boolean>, component: string): Readonly<Ref<boolean>> {
    const asked = ref(open.value)
    watch(open, () => (asked.value = true), { once: true })
    useTimeoutFn(() => prefetchComponents(component), restMs)
    return readonly(asked)
}

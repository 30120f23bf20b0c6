import { useDebounceFn } from '@vueuse/core'

const pauseMs = 400

/** The text of an input that becomes a filter when the typing pauses. */
export function useTypedFilter(current: () => string, set: (text: string) => unknown) {
    const text = ref(current())
    /** What is being typed goes before what the address says. */
    let typing = false

    const settle = useDebounceFn(() => {
        typing = false
        if (text.value.trim() !== current()) set(text.value.trim())
    }, pauseMs)

    watch(current, (value) => {
        if (!typing && value !== text.value.trim()) text.value = value
    })
    return computed({
        get: () => text.value,
        set: (value) => {
            text.value = value
            typing = true
            void settle()
        },
    })
}

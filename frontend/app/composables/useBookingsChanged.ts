import { createEventHook, createGlobalState } from '@vueuse/core'

const hook = createGlobalState(() => createEventHook())

/** Somebody has changed a booking on this page: lists of bookings load again. */
export function useBookingsChanged() {
    return { tell: () => void hook().trigger(), on: (reload: () => unknown) => hook().on(reload) }
}

import type { RouteLocationRaw } from 'vue-router'

/** The address of the booking that is open beside the page, on every page of the box office. */
export function useDetailLink() {
    const route = useRoute()
    const router = useRouter()
    const id = computed(() => {
        const value = [route.query.detail].flat().at(-1)
        return value && /^[0-9a-fA-F]{24}$/.test(value) ? value : undefined
    })
    return {
        id,
        to: (bookingId: string): RouteLocationRaw => ({ query: { ...route.query, detail: bookingId } }),
        open: (bookingId: string) => router.push({ query: { ...route.query, detail: bookingId } }),
        close() {
            const { detail: _, ...rest } = route.query
            return router.replace({ query: rest })
        },
    }
}

import { useTimeoutFn } from '@vueuse/core'
import type { Wishes } from '~/utils/programme'

/** Between two keys of one word; browsers slow down pages that write the address more often. */
const typingMs = 200

/** What the visitor looks for, kept in the address. */
export function useWishes() {
    const searched = useQueryText('q')
    const genre = useQueryText('genre')
    const day = useQueryDay()
    const router = useRouter()

    // Typing is answered at once, the address follows.
    const search = ref(searched.value)
    const words = computed(() => search.value.trim())
    const { start } = useTimeoutFn(() => (searched.value = words.value), typingMs, { immediate: false })
    watch(words, (now) => {
        if (now !== searched.value) start()
    })
    watch(searched, (now) => {
        if (now !== words.value) search.value = now
    })

    return {
        search,
        genre,
        day,
        wishes: computed<Wishes>(() => ({ search: words.value, genre: genre.value, day: day.value })),
        any: computed(() => !!(words.value || genre.value || day.value)),
        clear() {
            search.value = ''
            void router.replace({ query: {} })
        },
    }
}

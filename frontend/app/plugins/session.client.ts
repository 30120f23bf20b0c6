import { useEventListener } from '@vueuse/core'
import { redirect } from '~/utils/guard'

/** Longer than this in the background, and the clock may have drifted or slept. */
const resyncAfterMs = 60_000

/** The longest that the first page waits for the cinema's name and time zone. */
const firstAnswerMs = 2_000

/**
 * A session that ends (its time is up, the server refuses it, another tab has logged out) leads to
 * the login page and back afterwards. One that begins in another tab leads back at once.
 */
export default defineNuxtPlugin(async () => {
    const auth = useAuthStore()
    const site = useSiteStore()
    const router = useRouter()

    watch(
        () => auth.loggedIn,
        () => {
            const to = router.currentRoute.value
            if (to.matched.length === 0) return
            // Whoever logs out wants to leave, not to come back to the same page.
            const target = auth.ended === 'logged-out' ? '/login' : redirect(to, useVisitor())
            if (target) void router.replace(target)
        },
    )

    let hiddenSince = Date.now()
    useEventListener(document, 'visibilitychange', () => {
        if (document.hidden) hiddenSince = Date.now()
        else if (Date.now() - hiddenSince > resyncAfterMs) void site.load()
    })
    useEventListener(window, 'online', () => void site.load())

    const answer = site.load()
    if (!site.known) {
        await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, firstAnswerMs))])
    }
})

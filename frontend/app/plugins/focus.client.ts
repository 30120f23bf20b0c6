/**
 * After a navigation the focus goes to the page's main part, as it would with a fresh page; the
 * route announcer reads the title.
 */
export default defineNuxtPlugin((nuxtApp) => {
    const router = useRouter()
    let moved = false
    router.afterEach((to, from) => {
        moved = from.matched.length > 0 && to.path !== from.path
    })
    nuxtApp.hook('page:finish', () => {
        if (!moved) return
        moved = false
        document.getElementById('main')?.focus({ preventScroll: true })
    })
})

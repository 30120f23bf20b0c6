/** The places of the app that the header leads to; staff see one more. */
export function useNavigation() {
    const { t } = useI18n()
    const auth = useAuthStore()
    const route = useRoute()

    return computed(() => {
        const places = [
            { to: '/', label: t('common.nav.showing'), here: route.path === '/' || route.path.startsWith('/showtimes/') },
            {
                to: '/bookings',
                label: t('common.nav.bookings'),
                here: route.path === '/bookings' || route.path.startsWith('/tickets/'),
            },
        ]
        if (auth.isAdmin) {
            places.push({ to: '/admin', label: t('common.nav.admin'), here: /^\/admin(\/|$)/.test(route.path) })
        }
        return places
    })
}

import type { Visitor } from '~/utils/guard'

/** Who is looking, for the guards. */
export function useVisitor(): Visitor {
    const auth = useAuthStore()
    return { loggedIn: auth.loggedIn, isAdmin: auth.isAdmin, expired: auth.ended === 'expired' }
}

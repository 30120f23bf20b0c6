import { safeReturnPath } from './returnPath'

export interface Visitor {
    loggedIn: boolean
    isAdmin: boolean
    /** Whether there was a session that has run out. */
    expired: boolean
}

export interface Destination {
    path: string
    fullPath: string
    query: Record<string, unknown>
}

/** Only the login page can be seen by everybody. */
export function isPublic(path: string): boolean {
    return path === '/login' || path === '/login/'
}

/** Where to send the visitor instead, if not to where they are going. */
export function redirect(
    to: Destination,
    visitor: Visitor,
): string | { path: string; query: Record<string, string> } | undefined {
    if (isPublic(to.path)) return visitor.loggedIn ? safeReturnPath(to.query.from) : undefined
    if (visitor.loggedIn) return undefined
    const query: Record<string, string> = {}
    const from = safeReturnPath(to.fullPath)
    if (from !== '/') query.from = from
    if (visitor.expired) query.expired = '1'
    return { path: '/login', query }
}

/** Whether the page is for staff and the visitor is not: then they are told so in its place. */
export function isForStaffOnly(path: string, visitor: Visitor): boolean {
    return /^\/admin(\/|$)/.test(path) && !visitor.isAdmin
}

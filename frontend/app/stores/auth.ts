import { StorageSerializers, useLocalStorage } from '@vueuse/core'
import type { Session } from '~/utils/api/contract'
import { serverNow } from '~/composables/useServerClock'

/** Why there is no session any more; `elsewhere` is another tab. */
export type SessionEnd = 'expired' | 'logged-out' | 'elsewhere'

/** A timer cannot wait longer: 2^31-1 ms. Sessions that last longer are looked at again then. */
const timerMaxMs = 2_147_483_647

/** Another tab that ends the session so shortly before its time has only looked at the clock first. */
const sameMomentMs = 2_000

const leftOf = (session: Session) => Date.parse(session.expiresAt) - serverNow()

function isSession(value: unknown): value is Session {
    const { token, expiresAt, user } = (value ?? {}) as Partial<Session>
    return (
        typeof token === 'string' &&
        Number.isFinite(Date.parse(expiresAt ?? '')) &&
        typeof user?.id === 'string' &&
        typeof user.role === 'string'
    )
}

/** What another version, or somebody's hand, has left in the storage is no session. */
const serializer = {
    read(text: string): Session | null {
        try {
            const value: unknown = StorageSerializers.object.read(text)
            return isSession(value) ? value : null
        } catch {
            return null
        }
    },
    write: (value: Session | null) => JSON.stringify(value),
}

/** Who is logged in; one session for all tabs of this browser. */
export const useAuthStore = defineStore('auth', () => {
    const session = useLocalStorage<Session | null>('cinema.session', null, {
        serializer,
        shallow: true,
        flush: 'sync',
    })
    const ended = ref<SessionEnd>()
    let timer: ReturnType<typeof setTimeout> | undefined

    const user = computed(() => session.value?.user)
    const loggedIn = computed(() => session.value !== null)
    const isAdmin = computed(() => user.value?.role === 'ADMIN')

    function end(why: SessionEnd) {
        ended.value = why
        session.value = null
    }

    /** Ends the session when its time is up, by the server's clock. */
    function watchTheClock() {
        clearTimeout(timer)
        if (!session.value) return
        const left = leftOf(session.value)
        if (left <= 0) end('expired')
        else timer = setTimeout(watchTheClock, Math.min(left, timerMaxMs))
    }

    watch(
        session,
        (now, before) => {
            if (now) ended.value = undefined
            else if (before && !ended.value) ended.value = leftOf(before) <= sameMomentMs ? 'expired' : 'elsewhere'
            watchTheClock()
        },
        { immediate: true, flush: 'sync' },
    )

    return {
        session,
        user,
        loggedIn,
        isAdmin,
        ended,
        /** Also to be called when the server's clock has become known, or after a long sleep. */
        watchTheClock,
        async login(email: string, password?: string): Promise<void> {
            session.value = await useApi().post('/api/auth/login', {
                body: password ? { email, password } : { email },
            })
        },
        logout: () => end('logged-out'),
        /** The server does not take this token any more. */
        refused(token: string) {
            if (session.value?.token === token) end('expired')
        },
    }
})

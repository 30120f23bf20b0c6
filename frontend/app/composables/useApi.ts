import { ApiClient } from '~/utils/api/client'
import { useAuthStore } from '~/stores/auth'

const clients = new WeakMap<object, ApiClient>()

/** The API with the session of this browser; a token that the server refuses ends the session. */
export function useApi(): ApiClient {
    const auth = useAuthStore()
    let client = clients.get(auth)
    if (!client) {
        client = new ApiClient({
            token: () => auth.session?.token,
            onSessionRefused: (token) => auth.refused(token),
        })
        clients.set(auth, client)
    }
    return client
}

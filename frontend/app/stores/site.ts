import { useLocalStorage } from '@vueuse/core'
import { setServerOffset } from '~/composables/useServerClock'
import type { Site } from '~/utils/api/contract'
import { takeEarly } from '~/utils/api/early'
import { asProblem, type ApiProblem } from '~/utils/api/problem'

type Known = Omit<Site, 'now'>

/** What holds until the server has been asked for the first time. */
const unknown: Known = {
    name: '',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    demoLogin: false,
    maxSeatsPerBooking: 10,
    lockTtlSeconds: 300,
}

/** What the server says of itself, and its clock. What was known last time serves until it answers. */
export const useSiteStore = defineStore('site', () => {
    const info = useLocalStorage<Known>('cinema.site', unknown, { mergeDefaults: true, shallow: true })
    /** Whether the server has answered since the page was opened. */
    const loaded = ref(false)
    const problem = shallowRef<ApiProblem>()
    let running: Promise<void> | undefined

    async function ask(): Promise<void> {
        const early = await takeEarly('/api/site')
        const sent = early?.sent ?? Date.now()
        try {
            const { now, ...rest } = early ? (JSON.parse(early.text) as Site) : await useApi().get('/api/site')
            const received = early?.received ?? Date.now()
            // The answer was made about half-way between asking and hearing.
            setServerOffset(Math.round(now - (sent + received) / 2))
            info.value = rest
            loaded.value = true
            problem.value = undefined
            useAuthStore().watchTheClock()
        } catch (error) {
            problem.value = asProblem(error)
        }
    }

    return {
        info,
        loaded,
        problem,
        /** Whether this browser has ever heard from the server. */
        known: computed(() => info.value.name !== ''),
        /** Asks the server again; never rejects, see `problem`. */
        load: () => (running ??= ask().finally(() => (running = undefined))),
    }
})

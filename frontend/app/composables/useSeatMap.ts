import type { ShowtimeDetail } from '~/utils/api/contract'
import { asProblem, type ApiProblem } from '~/utils/api/problem'
import { createFrameBatch } from '~/utils/seats/frameBatch'
import { layOut, type Room } from '~/utils/seats/room'
import { applyMessage, mergeStates, type SeatMessage, type SeatStates, type SeatStatus } from '~/utils/seats/states'

/** The stream's snapshot usually comes first; after this long the list is asked for instead. */
const snapshotPatienceMs = 2_500

/** A showtime's room and the state of every seat in it, kept up to date. */
export function useSeatMap(showtimeId: string) {
    const api = useApi()
    const path = { showtimeId }
    const { data: showtime, problem, pending, reload } = useResource<ShowtimeDetail>((signal) =>
        api.get('/api/showtimes/{showtimeId}', { path, signal }),
    )
    const room = computed<Room | undefined>(() => showtime.value && layOut(showtime.value.plan))

    const states: SeatStates = shallowReactive(new Map<string, SeatStatus>())
    /** Grows whenever any seat has changed; for what is about all of them. */
    const revision = ref(0)
    const filled = ref(false)
    const refreshProblem = shallowRef<ApiProblem>()

    /** What comes within one frame changes the page once. */
    const batch = createFrameBatch<SeatMessage>((messages) => {
        for (const message of messages) applyMessage(states, message)
        changed()
    })
    function changed() {
        revision.value++
        filled.value = true
        refreshProblem.value = undefined
    }

    const leaving = new AbortController()
    onScopeDispose(() => {
        leaving.abort()
        batch.drop()
    })

    /** Asks for the list of seats; never rejects, and never goes back behind what is known. */
    async function refresh(): Promise<void> {
        try {
            mergeStates(states, await api.get('/api/showtimes/{showtimeId}/seats', { path, signal: leaving.signal }))
            changed()
        } catch (error) {
            if (!leaving.signal.aborted) refreshProblem.value = asProblem(error)
        }
    }

    const feed = useSeatFeed({
        showtimeId,
        onMessage: (message) => {
            // What waits is older than the whole truth.
            if (message.type === 'SYNC_SNAPSHOT') batch.drop()
            batch.add(message)
        },
        // Where no stream gets through, the map is as fresh as the attempts to get one.
        onBroken: () => void refresh(),
    })
    const impatient = setTimeout(() => !filled.value && void refresh(), snapshotPatienceMs)
    onScopeDispose(() => clearTimeout(impatient))

    /** There is no such showtime: nothing to wait for. */
    watch(problem, (why) => why?.kind === 'not-found' && feed.stop())

    return {
        showtime,
        room,
        states,
        revision: readonly(revision),
        connection: feed.connection,
        /** Whether both the room and its seats are known. */
        ready: computed(() => room.value !== undefined && filled.value),
        /** Why there is nothing to show. */
        problem: computed(() => problem.value ?? (filled.value ? undefined : refreshProblem.value)),
        pending,
        refresh,
        async reload(): Promise<void> {
            feed.resync()
            await Promise.all([reload(), filled.value ? undefined : refresh()])
        },
    }
}

export type SeatMap = ReturnType<typeof useSeatMap>

import { asProblem } from '~/utils/api/problem'

/** Gives the seats of a hold back, after a question. `done` is called when the hold is over, whoever ended it. */
export function useHoldRelease(done: () => unknown) {
    const { t } = useI18n()
    const api = useApi()
    const toast = useToast()
    const textOf = useProblemText()
    const asking = ref(false)
    const busy = ref(false)

    async function release(bookingId: string): Promise<void> {
        if (busy.value) return
        busy.value = true
        try {
            await api.post('/api/bookings/{bookingId}/cancel', { path: { bookingId } })
            void toast.success(t('admin.detail.released'))
        } catch (error) {
            const problem = asProblem(error)
            void toast.error(textOf(problem))
            // Nothing has changed: the question stays, to be answered again.
            if (problem.passing) return
        } finally {
            busy.value = false
        }
        asking.value = false
        await done()
    }
    return { asking, busy, release }
}

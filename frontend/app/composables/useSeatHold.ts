import { asProblem, type ApiProblem } from '~/utils/api/problem'

/** 128 bits. `crypto.randomUUID` is missing on plain http:// but for localhost. */
function newKey(): string {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Has the server hold seats. Asking again for the same seats, after an answer that never came, is
 * the same request: it finds the hold that may have been made already.
 */
export function useSeatHold(showtimeId: string) {
    const api = useApi()
    const holding = ref(false)
    let intent: { seats: string; key: string } | undefined

    function keyFor(seats: readonly string[]): string {
        const wanted = seats.toSorted().join()
        if (intent?.seats !== wanted) intent = { seats: wanted, key: newKey() }
        return intent.key
    }

    /** The booking's id; rejects with an ApiProblem. */
    async function hold(seats: readonly string[]): Promise<string> {
        holding.value = true
        try {
            const made = await api.post('/api/showtimes/{showtimeId}/seats/lock', {
                path: { showtimeId },
                // In one order, so that a repetition is the same to the letter.
                body: { seats: seats.toSorted() },
                headers: { 'Idempotency-Key': keyFor(seats) },
            })
            intent = undefined
            return made.bookingId
        } catch (error) {
            const problem: ApiProblem = asProblem(error)
            // Answered: the next attempt is another one. Unanswered: the key must stay.
            if (!problem.passing) intent = undefined
            throw problem
        } finally {
            holding.value = false
        }
    }
    return { holding: readonly(holding), hold }
}

/** The booking that has become a ticket a moment ago: its page plays the tear once. */
const fresh = ref<string>()

export function useFreshTicket() {
    return {
        announce: (bookingId: string) => void (fresh.value = bookingId),
        /** Whether this ticket is new; true once. */
        take(bookingId: string): boolean {
            const isFresh = fresh.value === bookingId
            fresh.value = undefined
            return isFresh
        },
    }
}

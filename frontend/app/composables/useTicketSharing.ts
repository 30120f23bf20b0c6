/** The device's own ways of handing something on. */
export function useTicketSharing() {
    return {
        /** Whether the device has a sheet to share with; copying is there for all others. */
        shareable: typeof navigator.share === 'function',
        async share(what: { title: string; text: string }): Promise<void> {
            try {
                await navigator.share(what)
            } catch (error) {
                // Whoever closes the sheet has changed their mind; that is no error.
                if (!(error instanceof DOMException && error.name === 'AbortError')) throw error
            }
        },
        /** Whether it is in the clipboard. Browsers refuse it to pages that are not on HTTPS. */
        async copy(text: string): Promise<boolean> {
            try {
                await navigator.clipboard.writeText(text)
                return true
            } catch {
                return false
            }
        },
    }
}

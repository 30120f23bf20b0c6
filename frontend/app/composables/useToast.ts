import type { ExternalToast } from 'vue-sonner'

/** Set by the first message; from then on the toaster is on the page. */
export const toasterWanted = ref(false)

let mounted: () => void
const ready = new Promise<void>((resolve) => (mounted = resolve))
export const toasterMounted = () => mounted()

type Kind = 'message' | 'success' | 'error'

async function show(kind: Kind, text: string, options?: ExternalToast): Promise<void> {
    toasterWanted.value = true
    await ready
    const { toast } = await import('vue-sonner')
    toast[kind](text, options)
}

/** Short messages at the edge of the page, read out politely. Loaded when the first one is shown. */
export function useToast() {
    return {
        message: (text: string, options?: ExternalToast) => show('message', text, options),
        success: (text: string, options?: ExternalToast) => show('success', text, options),
        error: (text: string, options?: ExternalToast) => show('error', text, options),
    }
}

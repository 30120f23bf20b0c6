import { useEventListener } from '@vueuse/core'
import type { BookingResource } from './useBooking'
import { asProblem, type ApiProblem } from '~/utils/api/problem'

export type CheckoutTask = 'pay' | 'confirm' | 'release'

/**
 * What the page is about. `unsure`: the hold has run out while nobody could tell whether the last
 * confirm had arrived. `missing`: unknown, or somebody else's.
 */
export type CheckoutStage = 'loading' | 'failed' | 'open' | 'booked' | 'expired' | 'cancelled' | 'unsure' | 'missing'

/** A call that finds nobody is made again after these pauses before the visitor is asked. */
const pausesMs = [1_000, 2_000, 4_000]
const pauseMaxMs = 10_000

/** After the end of a hold the server needs up to some seconds to write it down, and the refund. */
const lookAgainMs = [0, 2_000, 6_000]

/** A proxy answers like this while the server behind it is away. */
const gatewayStatuses = [502, 503, 504]

const mayPass = (failure: ApiProblem) => failure.passing || gatewayStatuses.includes(failure.status)
/** Whether what was asked for may have been done all the same. */
const isUnanswered = (failure: ApiProblem) => failure.status === 0 || failure.status >= 500

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/**
 * Paying for a hold, and what can become of it. Pay, confirm and cancel may be repeated without
 * harm, so whatever was not answered is simply asked again.
 */
export function useCheckout(bookingId: string, resource: BookingResource) {
    const api = useApi()
    const auth = useAuthStore()
    const site = useSiteStore()
    const { now } = useServerClock()
    const path = { bookingId }
    const { data: booking } = resource

    const task = ref<CheckoutTask>()
    /** Whether the present task has found nobody and is being tried again. */
    const retrying = ref(false)
    /** Why the last task ended, if the visitor can do something about it. */
    const problem = shallowRef<ApiProblem>()
    const paid = computed(() => booking.value?.paymentStatus === 'SUCCESS')
    /** Whether it was sold here and now. */
    const justBooked = ref(false)

    /** The server has said what this browser does not see yet. */
    const refused = ref<'missing' | 'expired'>()
    const unanswered = ref(false)

    const stage = computed<CheckoutStage>(() => {
        if (refused.value === 'missing' || resource.problem.value?.kind === 'not-found') return 'missing'
        if (!booking.value) return resource.problem.value ? 'failed' : 'loading'
        if (booking.value.userId !== auth.user?.id) return 'missing'
        if (booking.value.status === 'BOOKED') return 'booked'
        // What has been asked for may still be answered with a yes, whatever the clock says.
        if (task.value) return 'open'
        if (booking.value.status === 'CANCELLED') return 'cancelled'
        const overdue = refused.value === 'expired' || bookingStage(booking.value, now.value) === 'expired'
        if (!overdue) return 'open'
        return unanswered.value && booking.value.status === 'LOCKED' ? 'unsure' : 'expired'
    })

    async function reload(): Promise<void> {
        await resource.reload()
        if (!resource.problem.value) unanswered.value = false
    }

    /** Makes a call until somebody answers, within reason. */
    async function ask<T>(call: () => Promise<T>): Promise<T> {
        for (let tried = 0; ; tried++) {
            try {
                const answer = await call()
                retrying.value = false
                return answer
            } catch (error) {
                const failure = asProblem(error)
                const pauseMs = pausesMs[tried]
                if (!mayPass(failure) || pauseMs === undefined) {
                    retrying.value = false
                    throw failure
                }
                retrying.value = true
                const wished = (failure.retryAfterSeconds ?? 0) * 1_000
                await pause(Math.min(pauseMaxMs, Math.max(pauseMs, wished)))
            }
        }
    }

    /** Learns from a no what has become of the booking. */
    async function learn(failure: ApiProblem): Promise<void> {
        switch (failure.kind) {
            case 'not-found':
                refused.value = 'missing'
                return
            case 'hold-expired':
                refused.value = 'expired'
                // The clocks differ: they are compared again.
                await Promise.all([reload(), site.load()])
                return
            case 'booking-not-locked':
                await reload()
                if (booking.value?.status === 'LOCKED') problem.value = failure
                return
            default:
                problem.value = failure
        }
    }

    async function pay(): Promise<void> {
        task.value = 'pay'
        const payment = await ask(() => api.post('/api/bookings/{bookingId}/pay', { path }))
        if (booking.value) {
            resource.update({ ...booking.value, paymentId: payment.paymentId, paymentStatus: payment.status })
        }
    }

    async function confirm(): Promise<void> {
        task.value = 'confirm'
        try {
            const sold = await ask(() => api.post('/api/bookings/{bookingId}/confirm', { path }))
            unanswered.value = false
            justBooked.value = true
            resource.update(sold)
        } catch (error) {
            unanswered.value = isUnanswered(asProblem(error))
            throw error
        }
    }

    async function payAndConfirm(): Promise<void> {
        if (task.value || stage.value !== 'open') return
        problem.value = undefined
        try {
            if (!paid.value) await pay()
            try {
                await confirm()
            } catch (error) {
                if (asProblem(error).kind !== 'payment-required') throw error
                await pay()
                await confirm()
            }
        } catch (error) {
            await learn(asProblem(error))
        } finally {
            task.value = undefined
        }
    }

    /**
     * Gives the seats back. Resolves to whether they are: then the visitor is on the way to the map,
     * and the task does not end, so that the page does not change under their eyes.
     */
    async function release(): Promise<boolean> {
        if (task.value || stage.value !== 'open') return false
        problem.value = undefined
        task.value = 'release'
        try {
            resource.update(await ask(() => api.post('/api/bookings/{bookingId}/cancel', { path })))
            return true
        } catch (error) {
            await learn(asProblem(error))
            task.value = undefined
            return false
        }
    }

    let ended = false
    onScopeDispose(() => (ended = true))
    watch(
        () => (stage.value === 'expired' || stage.value === 'unsure') && booking.value?.status === 'LOCKED',
        async (unwritten) => {
            if (!unwritten) return
            for (const ms of lookAgainMs) {
                await pause(ms)
                if (ended || booking.value?.status !== 'LOCKED') return
                await reload()
            }
        },
        { immediate: true },
    )
    useEventListener(window, 'online', () => {
        if (stage.value === 'unsure') void reload()
    })

    return { stage, task, retrying, problem, paid, justBooked, payAndConfirm, release, reload }
}

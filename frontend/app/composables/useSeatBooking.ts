import { asProblem, type ApiProblem } from '~/utils/api/problem'
import { bestSeats } from '~/utils/seats/bestSeats'

export interface SeatNotice {
    tone: 'problem' | 'info'
    text: string
    /** Whether holding the same seats again may help. */
    retry: boolean
    /** Goes away with the next seat that is chosen or left. */
    fleeting: boolean
    /** Goes away when the connection is back. */
    untilLive: boolean
    /** The seats that it tells the loss of. */
    lost: readonly string[]
}

/** How long a seat shakes that has been lost; the style sheet's animation is as long. */
const shakeMs = 600

/** All of the seats page: the map, the seats chosen, what is said about them, and the hold. */
export function useSeatBooking(showtimeId: string) {
    const { t } = useI18n()
    const f = useFormat()
    const textOf = useProblemText()
    const auth = useAuthStore()
    const site = useSiteStore()
    const { now } = useServerClock()

    const map = useSeatMap(showtimeId)
    const words = useSeatWords(map.showtime)
    const { holding, hold: askForHold } = useSeatHold(showtimeId)

    const me = () => auth.user?.id
    const limit = computed(() => site.info.maxSeatsPerBooking)
    const notice = shallowRef<SeatNotice>()
    /** For screen readers: what has just become of my seats. */
    const announcement = ref('')
    const shaken = shallowReactive(new Set<string>())

    const selection = useSeatSelection({
        states: map.states,
        limit: () => limit.value,
        me,
        onLost(codes) {
            for (const code of codes) {
                shaken.add(code)
                setTimeout(() => shaken.delete(code), shakeMs)
            }
            // One hold of somebody else's may arrive in two frames: it is one loss.
            const lost = [...(notice.value?.lost ?? []), ...codes]
            const key = selection.codes.value.length > 0 ? 'lost' : 'lostAll'
            tell('problem', t(`seats.notice.${key}`, { seats: f.list(lost) }, lost.length), { lost })
        },
    })
    const chosen = computed(() => selection.codes.value.flatMap((code) => map.room.value?.byCode.get(code) ?? []))
    const total = computed(() => chosen.value.reduce((sum, { category }) => sum + words.priceOf(category), 0))

    const heldForMe = computed(() => {
        const user = me()
        const codes: string[] = []
        // Past the map's own bookkeeping for each seat: `revision` stands for all of them.
        void map.revision.value
        if (user) for (const [code, status] of toRaw(map.states)) if (status.holder === user) codes.push(code)
        return codes
    })
    const { holds, look: lookForHolds } = useOwnHolds(showtimeId, heldForMe)

    /** The server's word, should its clock be ahead of what this page knows of it. */
    const refusedAsStarted = ref(false)
    const started = computed(
        () => refusedAsStarted.value || (!!map.showtime.value && Date.parse(map.showtime.value.startTime) <= now.value),
    )

    function tell(tone: SeatNotice['tone'], text: string, more: Partial<SeatNotice> = {}) {
        notice.value = { tone, text, retry: false, fleeting: false, untilLive: false, lost: [], ...more }
    }
    watch(map.connection, (now) => {
        if (now === 'live' && notice.value?.untilLive) notice.value = undefined
    })
    function saySum(key: 'chosen' | 'left', code: string) {
        const count = chosen.value.length
        const sum = t('seats.announce.sum', { n: count, total: words.money(total.value) }, count)
        announcement.value = `${t(`seats.announce.${key}`, { seat: code })} ${sum}`
    }

    function toggle(code: string) {
        if (holding.value) return
        const came = selection.toggle(code)
        if (came === 'limit') tell('info', t('seats.notice.limit', limit.value), { fleeting: true })
        else if (came !== 'chosen' && came !== 'left') {
            tell('info', t(`seats.notice.${came}`, { seat: code }), { fleeting: true })
        } else {
            if (notice.value?.fleeting || notice.value?.retry) notice.value = undefined
            saySum(came, code)
        }
    }

    function pickBest(count: number) {
        if (!map.room.value || !map.ready.value || holding.value) return
        const free = (code: string) => map.states.get(code)?.state === 'AVAILABLE'
        const best = bestSeats(map.room.value, count, free)
        if (!best) {
            tell('info', t('seats.notice.noneFor', count), { fleeting: true })
            return
        }
        selection.replace(best.codes)
        notice.value = undefined
        const sum = t('seats.announce.sum', { n: count, total: words.money(total.value) }, count)
        announcement.value = `${t('seats.announce.best', { seats: f.list(best.codes) })} ${sum}`
        if (!best.together) tell('info', t('seats.notice.apart', { n: count }, count), { fleeting: true })
    }

    function explain(problem: ApiProblem) {
        switch (problem.kind) {
            case 'seats-taken':
                selection.lose(problem.conflicts)
                void map.refresh()
                break
            case 'showtime-started':
                refusedAsStarted.value = true
                break
            case 'not-found':
                void map.reload()
                break
            case 'validation':
                // The room, or the limit, is not as this page knows it.
                tell('problem', t('seats.notice.refused'), { retry: true })
                void map.reload()
                void site.load()
                break
            default: {
                const wait = problem.retryAfterSeconds
                const text = wait ? `${textOf(problem)} ${t('seats.notice.wait', wait)}` : textOf(problem)
                tell('problem', text, { retry: true, untilLive: problem.kind === 'offline' })
            }
        }
    }

    /** Holds what is chosen and leads to the checkout. */
    async function hold(): Promise<void> {
        if (holding.value || chosen.value.length === 0) return
        notice.value = undefined
        selection.paused.value = true
        try {
            const bookingId = await askForHold(selection.codes.value)
            await navigateTo(`/checkout/${bookingId}`)
            selection.clear()
        } catch (error) {
            const problem = asProblem(error)
            if (!problem.cancelled) explain(problem)
        } finally {
            selection.paused.value = false
        }
    }

    return {
        ...map,
        words,
        limit,
        look: selection.look,
        isShaken: (code: string) => shaken.has(code),
        chosen,
        total,
        toggle,
        clear: () => {
            selection.clear()
            announcement.value = t('seats.announce.cleared')
        },
        pickBest,
        hold,
        holding,
        holds,
        lookForHolds,
        started,
        notice,
        announcement,
    }
}

export type SeatBooking = ReturnType<typeof useSeatBooking>

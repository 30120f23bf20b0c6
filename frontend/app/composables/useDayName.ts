/** From this hour on, today is tonight. */
const eveningHour = 17

/** Days and waits as one says them in front of the cinema. */
export function useDayName() {
    const { t } = useI18n()
    const { language } = useLocale()
    const site = useSiteStore()
    const f = useFormat()

    const hours = computed(
        () => new Intl.DateTimeFormat('en-GB', { hour: 'numeric', hourCycle: 'h23', timeZone: site.info.timeZone }),
    )
    const minutes = computed(() => new Intl.RelativeTimeFormat(language.value, { numeric: 'always' }))

    /** `Tonight`, `Today`, `Tomorrow`, `Wed 25 Nov`; `at` is when the first film of that day begins. */
    function dayName(at: string): string {
        const evening = Number(hours.value.format(new Date(at))) >= eveningHour
        return f.daysAhead(at) === 0 && evening ? t('home.tonight') : f.day(at)
    }
    /** `in 5 minutes` within the hour, the day's name before that. */
    function untilStart(at: string, now: number): string {
        const left = Math.ceil((Date.parse(at) - now) / 60_000)
        return left <= 60 ? minutes.value.format(Math.max(1, left), 'minute') : dayName(at)
    }
    return { dayName, untilStart }
}

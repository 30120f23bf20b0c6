import { createFormatter, type Formatter } from '~/utils/format'

/** Money, dates, times and lists in the reader's language and the cinema's time zone. */
export function useFormat(): Formatter {
    const { language } = useLocale()
    const site = useSiteStore()
    return createFormatter({
        locale: () => language.value,
        timeZone: () => site.info.timeZone,
        now: serverNow,
    })
}

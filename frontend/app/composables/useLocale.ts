import { locales, type LocaleCode } from '~~/i18n/loader'

/** The languages of the app and the one in use. Texts come from `useI18n`. */
export function useLocale() {
    const { $i18n, $setLocale } = useNuxtApp()
    const current = computed(() => locales.find((known) => known.code === $i18n.locale.value) ?? locales[0])
    return {
        locales,
        code: computed<LocaleCode>(() => current.value.code),
        /** BCP 47, for `Intl`. */
        language: computed(() => current.value.language),
        setLocale: $setLocale,
    }
}

import { useLocalStorage } from '@vueuse/core'
import { createI18n } from 'vue-i18n'
import { loadMessages, locales, partsOf, preferredLocale, type LocaleCode, type Part } from '~~/i18n/loader'
import { pluralRule } from '~~/i18n/plural'

/**
 * vue-i18n with messages loaded per language. `setLocale` resolves when the new language is there
 * and shown; the choice is kept in this browser.
 */
export default defineNuxtPlugin({
    name: 'i18n',
    async setup(nuxtApp) {
        const stored = useLocalStorage<string>('cinema.locale', '')
        const chosen = locales.find((known) => known.code === stored.value)?.code
        const i18n = createI18n({
            legacy: false,
            locale: chosen ?? preferredLocale(navigator.languages),
            fallbackLocale: false,
            messages: {},
            pluralRules: Object.fromEntries(locales.map(({ code }) => [code, pluralRule(code)])),
        })
        const { global } = i18n
        const parts = new Set<Part>(['entrance'])
        const loaded = new Set<string>()

        async function load(code: LocaleCode): Promise<void> {
            const wanted = [...parts].filter((part) => !loaded.has(`${code} ${part}`))
            await Promise.all(
                wanted.map(async (part) => {
                    global.mergeLocaleMessage(code, await loadMessages(code, part))
                    loaded.add(`${code} ${part}`)
                }),
            )
        }
        async function setLocale(code: LocaleCode): Promise<void> {
            await load(code)
            global.locale.value = code
            stored.value = code
        }

        await load(global.locale.value as LocaleCode)
        useRouter().beforeResolve(async (to) => {
            for (const part of partsOf(to.path)) parts.add(part)
            await load(global.locale.value as LocaleCode)
        })
        nuxtApp.vueApp.use(i18n)
        return { provide: { i18n: global, setLocale } }
    },
})

import { createI18n } from 'vue-i18n'
import { loadMessages, type LocaleCode, type Messages } from '~~/i18n/loader'
import { pluralRule } from '~~/i18n/plural'

async function everything(code: LocaleCode): Promise<Messages> {
    const parts = await Promise.all((['entrance', 'house', 'staff'] as const).map((part) => loadMessages(code, part)))
    return Object.assign({}, ...parts) as Messages
}

/** The app's own texts; a message that is missing fails the test that asks for it. */
export const i18n = createI18n({
    legacy: false,
    locale: 'en' as LocaleCode,
    fallbackLocale: false,
    messages: {},
    pluralRules: { en: pluralRule('en'), th: pluralRule('th') },
    missing(_locale, key) {
        throw new Error(`no message for ${key}`)
    },
})

for (const code of ['en', 'th'] as const) i18n.global.setLocaleMessage(code, await everything(code))

export async function setLocale(code: LocaleCode): Promise<void> {
    i18n.global.locale.value = code
}

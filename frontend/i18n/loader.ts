export const locales = [
    { code: 'en', language: 'en-GB', name: 'English' },
    { code: 'th', language: 'th-TH', name: 'ไทย' },
] as const

export type LocaleCode = (typeof locales)[number]['code']

/**
 * The texts come in three parts, so that the first page does not wait for all of them: `entrance`
 * for login, programme and film, `house` for whoever books, `staff` for /admin.
 */
export type Part = 'entrance' | 'house' | 'staff'

/** What a page needs: the parts before its own, too. */
export function partsOf(path: string): Part[] {
    if (/^\/(login\/?)?$|^\/showtimes\//.test(path)) return ['entrance']
    return /^\/admin(\/|$)/.test(path) ? ['entrance', 'house', 'staff'] : ['entrance', 'house']
}

/** Compiled messages, by area. */
export type Messages = Record<string, object>

const files: Record<LocaleCode, Record<Part, () => Promise<{ default: Messages }>>> = {
    en: {
        entrance: () => import('./locales/en/entrance'),
        house: () => import('./locales/en/house'),
        staff: () => import('./locales/en/staff'),
    },
    th: {
        entrance: () => import('./locales/th/entrance'),
        house: () => import('./locales/th/house'),
        staff: () => import('./locales/th/staff'),
    },
}

export async function loadMessages(code: LocaleCode, part: Part): Promise<Messages> {
    return (await files[code][part]()).default
}

/** The first of the reader's languages that there is a translation for. */
export function preferredLocale(languages: readonly string[]): LocaleCode {
    for (const language of languages) {
        const [wanted] = language.toLowerCase().split('-')
        const found = locales.find((known) => known.code === wanted)
        if (found) return found.code
    }
    return 'en'
}

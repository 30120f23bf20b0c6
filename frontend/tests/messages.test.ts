import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadMessages, locales, partsOf, preferredLocale } from '~~/i18n/loader'
import { pluralRule } from '~~/i18n/plural'

const folder = path.resolve(__dirname, '../i18n/locales')
const areas = readdirSync(path.join(folder, 'en')).filter((file) => file.endsWith('.json'))

/** `a.b` → text, for all texts of a file. */
function texts(locale: string, file: string): Map<string, string> {
    const found = new Map<string, string>()
    const walk = (value: unknown, key: string) => {
        if (typeof value === 'string') found.set(key, value)
        else for (const [name, inner] of Object.entries(value as object)) walk(inner, key ? `${key}.${name}` : name)
    }
    walk(JSON.parse(readFileSync(path.join(folder, locale, file), 'utf8')), '')
    return found
}
const names = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
const forms = (text: string) => text.split(' | ').length

describe.each(areas)('%s', (file) => {
    const english = texts('en', file)
    const thai = texts('th', file)

    it('says the same things in both languages', () => {
        expect([...thai.keys()].sort()).toEqual([...english.keys()].sort())
    })
    it.each([...english])('%s is translated, with the same names', (key, text) => {
        const translated = thai.get(key) ?? ''
        expect(translated.trim()).not.toBe('')
        expect(names(translated)).toEqual(names(text))
        expect(forms(text)).toBeLessThanOrEqual(2)
        expect(forms(translated)).toBe(1)
    })
})

describe('plurals', () => {
    it('follow the rules of the language', () => {
        expect([0, 1, 2].map((count) => pluralRule('en')(count, 2))).toEqual([1, 0, 1])
        expect([0, 1, 2].map((count) => pluralRule('th')(count, 1))).toEqual([0, 0, 0])
    })
})

describe('the language', () => {
    it('is the first of the reader’s that there is', () => {
        expect(preferredLocale(['fr-FR', 'th-TH', 'en'])).toBe('th')
        expect(preferredLocale(['en-US'])).toBe('en')
        expect(preferredLocale(['fr'])).toBe('en')
    })
})

describe('the parts', () => {
    it.each(locales.map(({ code }) => code))('of %s hold every area once', async (code) => {
        const parts = await Promise.all((['entrance', 'house', 'staff'] as const).map((part) => loadMessages(code, part)))
        const loaded = parts.flatMap((part) => Object.keys(part))
        expect(loaded.sort()).toEqual(areas.map((file) => file.replace('.json', '')).sort())
    })

    it.each([
        ['/', ['entrance']],
        ['/login', ['entrance']],
        ['/showtimes/674350e0a4f1b2c3d4e5f610', ['entrance']],
        ['/seats/674350e0a4f1b2c3d4e5f699', ['entrance', 'house']],
        ['/bookings', ['entrance', 'house']],
        ['/admin', ['entrance', 'house', 'staff']],
        ['/admin/bookings', ['entrance', 'house', 'staff']],
    ])('are enough for %s', (page, parts) => {
        expect(partsOf(page)).toEqual(parts)
    })

    it('at the entrance says nothing that is not loaded there', () => {
        const app = path.resolve(__dirname, '../app')
        const shown = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((file) =>
            /^(app|error)\.vue$|^layouts\/|^pages\/(index|login|showtimes\/.*)\.vue$|^components\/(app|film|home|login|ui)\/.*\.vue$/.test(file),
        )
        expect(shown.length).toBeGreaterThan(30)
        const wrong = shown.filter((file) =>
            /\bt\(\s*['"`](admin|checkout|seats|tickets)\./.test(readFileSync(path.join(app, file), 'utf8')),
        )
        expect(wrong).toEqual([])
    })
})

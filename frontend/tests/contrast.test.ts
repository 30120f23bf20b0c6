import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

/** The tokens of both themes, as written. */
function themes(): Record<string, Map<string, string>> {
    const css = readFileSync(path.resolve(__dirname, '../app/assets/css/tokens.css'), 'utf8')
    const found: Record<string, Map<string, string>> = {}
    for (const [, name, block] of css.matchAll(/\[data-theme='(\w+)'\][^{]*\{([^}]*)\}/g)) {
        found[name!] = new Map([...block!.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, key, value]) => [key!, value!]))
    }
    return found
}

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
    if (!/^#[0-9a-f]{6}$/.test(hex)) throw new Error(`not a plain colour: ${hex}`)
    const [red, green, blue] = [1, 3, 5].map((at) => {
        const channel = parseInt(hex.slice(at, at + 2), 16) / 255
        return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
function contrast(one: string, other: string): number {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
    return (light! + 0.05) / (dark! + 0.05)
}

const surfaces = ['background', 'card', 'popover', 'muted']
const inks = ['foreground', 'muted-foreground', 'primary-ink', 'success-ink', 'destructive-ink']
/** Filled things and what is written on them. */
const filled = ['primary', 'secondary', 'accent', 'success', 'destructive', 'card', 'popover']

const all = themes()

it('knows both themes, with the same tokens', () => {
    expect(Object.keys(all).sort()).toEqual(['night', 'programme'])
    expect([...all.night!.keys()].sort()).toEqual([...all.programme!.keys()].sort())
})

it('measures as the standard does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
})

describe.each(['night', 'programme'])('%s', (name) => {
    const colour = (token: string) => all[name]!.get(token) ?? `missing ${token}`

    it.each(surfaces.flatMap((surface) => inks.map((ink) => [ink, surface] as const)))(
        '%s can be read on %s',
        (ink, surface) => {
            expect(contrast(colour(ink), colour(surface))).toBeGreaterThanOrEqual(4.5)
        },
    )
    it.each(filled)('what is written on %s can be read', (token) => {
        expect(contrast(colour(token), colour(`${token}-foreground`))).toBeGreaterThanOrEqual(4.5)
    })
    it.each(surfaces.flatMap((surface) => ['input', 'ring', 'primary', 'success', 'destructive'].map((part) => [part, surface] as const)))(
        '%s can be told from %s',
        (part, surface) => {
            expect(contrast(colour(part), colour(surface))).toBeGreaterThanOrEqual(3)
        },
    )
})

import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

interface Catalogue {
    movies: { key: string; title: string; posterUrl: string }[]
}

const folder = path.resolve(import.meta.dirname, '../public/posters')
const catalogue = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../catalogue/demo.json'), 'utf8'),
) as Catalogue

/** A phone loads a dozen of them before the first film is chosen. */
const bytesMax = 16_384
const elements = ['svg', 'title', 'defs', 'g', 'path', 'circle', 'ellipse', 'rect', 'use', 'pattern']
/** Nothing that runs, nothing that a page's style sheet could reach, nothing that is slow to paint. */
const forbidden = /^(on.*|style|class|filter)$/i

const titles = new Map([...catalogue.movies.map(({ key, title }) => [key, title] as const), ['blank', 'No poster'] as const])

it('there is one for each film of the demo, and one for films without', () => {
    expect(readdirSync(folder).toSorted()).toEqual([...titles.keys()].map((key) => `${key}.svg`).toSorted())
    for (const { key, posterUrl } of catalogue.movies) expect(posterUrl).toBe(`/posters/${key}.svg`)
})

describe.each([...titles])('%s', (key, title) => {
    const file = path.join(folder, `${key}.svg`)
    const text = readFileSync(file, 'utf8')
    const document = new DOMParser().parseFromString(text, 'image/svg+xml')
    const root = document.documentElement
    const all = [root, ...root.querySelectorAll('*')]
    const attributes = all.flatMap((element) => [...element.attributes])

    it('is a small, well-formed SVG of two to three', () => {
        expect(statSync(file).size).toBeLessThanOrEqual(bytesMax)
        expect(document.querySelector('parsererror')).toBeNull()
        expect(root.tagName).toBe('svg')
        expect(root.getAttribute('viewBox')).toBe('0 0 600 900')
    })

    it('says whose poster it is', () => {
        expect(root.getAttribute('role')).toBe('img')
        expect(root.firstElementChild?.tagName).toBe('title')
        expect(root.firstElementChild?.textContent).toBe(title)
    })

    it('draws, and does nothing else', () => {
        expect(all.map(({ tagName }) => tagName).filter((name) => !elements.includes(name))).toEqual([])
        expect(attributes.map(({ name }) => name).filter((name) => forbidden.test(name))).toEqual([])
    })

    it('needs nothing from elsewhere', () => {
        const ids = new Set(all.map((element) => element.id).filter(Boolean))
        for (const { name, value } of attributes) {
            if (name !== 'xmlns') expect(value).not.toMatch(/https?:|data:|\/\//i)
            const targets = [...value.matchAll(/url\(\s*['"]?([^'")]*)/g)].map(([, target]) => target!)
            if (/(^|:)href$/.test(name)) targets.push(value)
            for (const target of targets) {
                expect(target).toMatch(/^#/)
                expect(ids).toContain(target.slice(1))
            }
        }
    })

    it('has no number that is finer than the eye', () => {
        for (const { name, value } of attributes) {
            expect(value, name).not.toMatch(/\.\d{3}/)
            expect(value, name).not.toMatch(/NaN|None|undefined|Infinity/)
        }
    })
})

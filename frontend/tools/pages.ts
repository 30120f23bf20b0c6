import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** For tools/finish-build.mjs, which runs when Nuxt has ended. */
const target = path.resolve(import.meta.dirname, '../node_modules/.cache/pages.json')

interface Resource {
    file: string
    imports?: string[]
    css?: string[]
}

/**
 * Writes down which files each page, layout and language is made of, by the name of its source:
 * `pages/index` → `["page-index.<hash>.js", …]`.
 */
export function rememberPages(manifest: Record<string, Resource>): void {
    const parts: Record<string, string[]> = {}
    for (const key of Object.keys(manifest).sort()) {
        const name = /(?:^|\/)((?:pages|layouts|locales)\/.+)\.(?:vue|ts)$/.exec(key)?.[1]
        if (name) parts[name] = filesOf(manifest, key)
    }
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, JSON.stringify(parts, undefined, 2))
}

function filesOf(manifest: Record<string, Resource>, start: string): string[] {
    const files = new Set<string>()
    const seen = new Set<string>()
    const waiting = [start]
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        const resource = manifest[key]
        if (!resource || seen.has(key)) continue
        seen.add(key)
        for (const file of [resource.file, ...(resource.css ?? [])]) files.add(file)
        waiting.push(...(resource.imports ?? []))
    }
    return [...files]
}

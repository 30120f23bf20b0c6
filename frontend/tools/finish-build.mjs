// Makes of Nuxt's output what the server serves:
// - no inline scripts, because the server's Content-Security-Policy allows only its own files: they
//   go into one file together with tools/boot.js, which runs before the first paint and asks for the
//   files of the page that is opened;
// - the fonts of the first page are asked for at once, not after the style sheet has been read;
// - .br and .gz beside everything that compresses well.
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = path.resolve(import.meta.dirname, '../.output/public')
/** Written by tools/pages.ts while Nuxt builds. */
const pagesFile = path.resolve(import.meta.dirname, '../node_modules/.cache/pages.json')
const compressible = /\.(html|js|css|json|svg|txt|xml|webmanifest)$/
/** The Latin cuts: every language needs them. */
const firstFonts = /^(anuphan-latin-wght-normal|chonburi-latin-400-normal)\..+\.woff2$/
/** Below this a compressed copy saves less than a packet. */
const compressAboveBytes = 1024

async function files(folder) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name))
        .sort()
}

/** `pages/seats/[showtimeId]` → `^/seats/[^/]+/?$`; undefined for the page of all that is missing. */
function patternOf(page) {
    if (page.includes('[...')) return undefined
    const parts = page.split('/').slice(1).filter((part) => part !== 'index')
    return `^${parts.map((part) => (part.startsWith('[') ? '/[^/]+' : `/${part}`)).join('')}/?$`
}

/** boot.js with the files it may ask for: without those that index.html itself names. */
async function boot(html) {
    const code = await readFile(path.join(import.meta.dirname, 'boot.js'), 'utf8')
    const known = JSON.parse(await readFile(pagesFile, 'utf8'))
    const lists = Object.entries(known).map(([name, list]) => [name, list.filter((file) => !html.includes(file))])
    const routes = lists.flatMap(([name, list]) => {
        const pattern = name.startsWith('pages/') && patternOf(name)
        return pattern ? [[pattern, list]] : []
    })
    const parts = Object.fromEntries(lists.filter(([name]) => !name.startsWith('pages/')))
    return `((routes, parts) => {\n${code}})(${JSON.stringify(routes)}, ${JSON.stringify(parts)})`
}

/** Joins boot.js and all inline scripts of the page in one file, loaded before the style sheets. */
async function moveScriptsOut(html) {
    const inline = /<script(?![^>]*\s(?:src|type="application\/json"))([^>]*)>([\s\S]*?)<\/script>/g
    const bodies = [await boot(html)]
    const without = html.replace(inline, (tag, attributes, body) => {
        if (/type="module"/.test(attributes)) throw new Error(`unexpected inline module: ${tag}`)
        bodies.push(body)
        return ''
    })
    const script = bodies.join('\n;')
    const hash = createHash('sha256').update(script).digest('base64url').slice(0, 8)
    await writeFile(path.join(root, '_nuxt', `boot.${hash}.js`), script)
    return without.replace('<head>', `<head><script src="/_nuxt/boot.${hash}.js"></script>`)
}

async function preloadFonts(html) {
    const names = (await readdir(path.join(root, '_nuxt'))).filter((name) => firstFonts.test(name)).sort()
    if (names.length !== 2) throw new Error(`expected the two Latin fonts, found: ${names}`)
    const links = names.map(
        (name) => `<link rel="preload" href="/_nuxt/${name}" as="font" type="font/woff2" crossorigin>`,
    )
    return html.replace('</head>', `${links.join('')}</head>`)
}

const page = path.join(root, 'index.html')
/** Nuxt writes the time of the build into the page; nothing reads it. */
const withoutTime = (html) => html.replace(/("serverRendered":\d+\},)\d+/, '$10')

const html = await preloadFonts(await moveScriptsOut(withoutTime(await readFile(page, 'utf8'))))
await writeFile(page, html)
// The server answers every route of the app with index.html: Nuxt's copies of it are not needed.
for (const file of await files(root)) {
    if (!file.endsWith('.html') || file === page) continue
    await rm(file)
    for (let folder = path.dirname(file); (await readdir(folder)).length === 0; folder = path.dirname(folder)) await rmdir(folder)
}

for (const file of await files(root)) {
    if (!compressible.test(file)) continue
    const bytes = await readFile(file)
    if (bytes.length < compressAboveBytes) continue
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }))
    await writeFile(
        `${file}.br`,
        brotliCompressSync(bytes, {
            params: {
                [constants.BROTLI_PARAM_QUALITY]: 11,
                [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            },
        }),
    )
}

// The JavaScript of the first page, as the server sends it: what index.html loads, the page at "/",
// its layout and its English texts, and all that these import at once. Fails above the limit.
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const limitBytes = 130_000
const root = path.resolve(import.meta.dirname, '../.output/public')

const html = await readFile(path.join(root, 'index.html'), 'utf8')
const waiting = [...html.matchAll(/<script[^>]+src="\/_nuxt\/([^"]+\.js)"/g)].map(([, name]) => name)
const all = await readdir(path.join(root, '_nuxt'))
for (const part of ['page-index', 'layout-default', 'messages-en-entrance']) {
    const found = all.filter((name) => name.startsWith(`${part}.`) && name.endsWith('.js'))
    if (found.length !== 1) throw new Error(`expected one script ${part}, found ${found.length}`)
    waiting.push(found[0])
}

const sizes = new Map()
while (waiting.length > 0) {
    const name = waiting.pop()
    if (sizes.has(name)) continue
    const code = await readFile(path.join(root, '_nuxt', name), 'utf8')
    sizes.set(name, gzipSync(code, { level: 9 }).length)
    // `import {…} from "./x.js"`, `import "./x.js"`, `export … from "./x.js"`, but not `import("./x.js")`.
    for (const [, imported] of code.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) waiting.push(imported)
}

const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9)
for (const [name, size] of [...sizes].sort((a, b) => b[1] - a[1])) process.stdout.write(`${kilobytes(size)}  ${name}\n`)
process.stdout.write(`${kilobytes(total)}  JavaScript of the first page, gzip; the limit is ${kilobytes(limitBytes).trim()}\n`)
if (total > limitBytes) process.exitCode = 1

// Takes the two pictures of the README anew: the seat map at night, on desktop and phone.
// The server and the app have to be built.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const pictures = {
    'seats-desktop-night.png': 'seat-map.png',
    'seats-phone-night.png': 'seat-map-phone.png',
}

const run = spawnSync('npx', ['playwright', 'test', '--grep', '@screens'], {
    cwd: path.join(root, 'frontend'),
    stdio: 'inherit',
})
if (run.status !== 0) process.exit(run.status ?? 1)
const target = path.join(root, 'docs/images')
mkdirSync(target, { recursive: true })
for (const [from, to] of Object.entries(pictures)) {
    copyFileSync(path.join(root, 'build/reports/screens', from), path.join(target, to))
}

// Lighthouse on the built app, served by the real server: the login, the programme and a seat map, each as on
// a desktop and on a phone. Prints a line of JSON for each; exit code 1 when a score is below its limit.
// node bench/lighthouse.mjs [--runs=3] [--why]
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import lighthouse, { desktopConfig } from 'lighthouse'
import config from '../playwright.config.ts'
import { House } from '../e2e/support/house.ts'
import { scenery } from '../e2e/support/scenery.ts'

const { values } = parseArgs({
    options: {
        // The middle one counts: one run alone says as much of the machine as of the page.
        runs: { type: 'string', default: '3' },
        // Also what keeps a score from 100, on standard error.
        why: { type: 'boolean', default: false },
    },
})
const runs = Number(values.runs)

const limits = {
    desktop: { performance: 95, accessibility: 100, bestPractices: 100 },
    mobile: { performance: 85, accessibility: 100, bestPractices: 100 },
}
const presets = { desktop: desktopConfig, mobile: undefined }
const categories = { performance: 'performance', accessibility: 'accessibility', bestPractices: 'best-practices' }

function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer().on('error', reject)
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address()
            server.close(() => resolve(port))
        })
    })
}

/** One page, in a browser that has never been there before; it only knows who is logged in. */
async function examine(url, session, preset) {
    const profile = mkdtempSync(path.join(tmpdir(), 'cinema-lighthouse-'))
    const port = await freePort()
    const { executablePath, args } = config.use.launchOptions
    const browser = await chromium.launchPersistentContext(profile, {
        executablePath,
        args: [...args, `--remote-debugging-port=${port}`],
    })
    try {
        const page = browser.pages()[0]
        // Of the same origin, but without a script that would fill the cache.
        await page.goto(new URL('/robots.txt', url).href)
        if (session) await page.evaluate((text) => localStorage.setItem('cinema.session', text), JSON.stringify(session))
        const settings = {
            port,
            logLevel: 'error',
            disableStorageReset: true,
            onlyCategories: Object.values(categories),
        }
        const { lhr } = await lighthouse(url, settings, presets[preset])
        if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`)
        if (lhr.finalDisplayedUrl !== url) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`)
        return lhr
    } finally {
        await browser.close()
        rmSync(profile, { recursive: true, force: true })
    }
}

const percent = (score) => Math.round((score ?? 0) * 100)
const scoresOf = (lhr) =>
    Object.fromEntries(Object.entries(categories).map(([name, id]) => [name, percent(lhr.categories[id].score)]))
const milliseconds = (lhr, audit) => Math.round(lhr.audits[audit].numericValue)

function reasons(lhr) {
    return Object.values(lhr.audits)
        .filter(({ score, scoreDisplayMode }) => score !== null && score < 1 && scoreDisplayMode !== 'informative')
        .map(({ id, score, displayValue }) => `    ${id}: ${percent(score)} ${displayValue ?? ''}`)
        .join('\n')
}

const house = await House.open()
let failed = false
try {
    const { guest, showtime } = await scenery(house, 'Garden Hall')
    const pages = [
        { page: 'login', path: '/login' },
        { page: 'programme', path: '/', session: guest.session },
        { page: 'seats', path: `/seats/${showtime.id}`, session: guest.session },
    ]
    for (const { page, path: address, session } of pages) {
        for (const preset of Object.keys(presets)) {
            const reports = []
            for (let run = 0; run < runs; run++) reports.push(await examine(house.url + address, session, preset))
            reports.sort((a, b) => a.categories.performance.score - b.categories.performance.score)
            const middle = reports[Math.floor((runs - 1) / 2)]
            const scores = scoresOf(middle)
            const low = Object.entries(limits[preset]).filter(([name, limit]) => scores[name] < limit)
            failed ||= low.length > 0
            const times = {
                firstPaintMs: milliseconds(middle, 'first-contentful-paint'),
                largestPaintMs: milliseconds(middle, 'largest-contentful-paint'),
                blockedMs: milliseconds(middle, 'total-blocking-time'),
                shift: Number(middle.audits['cumulative-layout-shift'].numericValue.toFixed(3)),
            }
            process.stdout.write(`${JSON.stringify({ page, preset, ...scores, ...times, below: low.map(([name]) => name) })}\n`)
            if (values.why || low.length > 0) process.stderr.write(`${reasons(middle)}\n`)
        }
    }
} finally {
    await house.server.dispose()
}
process.exitCode = failed ? 1 : 0

// Lighthouse on the built app, served by the real server: the login, the programme and a seat map, each as on
// a desktop and on a phone. Prints a line of JSON for each; exit code 1 when a score is below its limit.
// The whole reports are left in build/reports/lighthouse of the project.
//
//     node bench/lighthouse.mjs [--runs=3] [--why] [--only=seats-mobile]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
        only: { type: 'string', default: '' },
    },
})
const runs = Number(values.runs)
const folder = path.resolve(import.meta.dirname, '../../build/reports/lighthouse')
mkdirSync(folder, { recursive: true })

const limits = {
    desktop: { performance: 95, accessibility: 100, bestPractices: 100 },
    mobile: { performance: 85, accessibility: 100, bestPractices: 100 },
}
const presets = { desktop: desktopConfig, mobile: undefined }
const categories = { performance: 'performance', accessibility: 'accessibility', bestPractices: 'best-practices' }

/** A browser that has never been anywhere; nobody but Lighthouse watches it while it is measured. */
async function openBrowser(profile) {
    const { executablePath, args } = config.use.launchOptions
    const own = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`]
    const browser = spawn(executablePath, [...args, ...own, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    const port = await new Promise((resolve, reject) => {
        browser.on('error', reject).on('exit', () => reject(new Error(`the browser did not start:\n${said}`)))
        browser.stderr.on('data', (part) => {
            said += part
            const address = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(said)
            if (address) resolve(Number(address[1]))
        })
    })
    return { browser, port }
}

/** Lets the browser know who is logged in, from a page without a script that would fill its cache. */
async function logIn(port, url, session) {
    const connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
    const page = await connection.contexts()[0].newPage()
    await page.goto(new URL('/robots.txt', url).href)
    await page.evaluate((text) => localStorage.setItem('cinema.session', text), JSON.stringify(session))
    await page.close()
    await connection.close()
}

async function examine(url, session, preset) {
    const profile = mkdtempSync(path.join(tmpdir(), 'cinema-lighthouse-'))
    const { browser, port } = await openBrowser(profile)
    try {
        if (session) await logIn(port, url, session)
        const flags = { port, logLevel: 'error', disableStorageReset: true, onlyCategories: Object.values(categories) }
        const { lhr } = await lighthouse(url, flags, presets[preset])
        if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`)
        if (lhr.finalDisplayedUrl !== url) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`)
        return lhr
    } finally {
        const gone = once(browser, 'exit')
        browser.kill()
        await gone
        rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
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
            if (!`${page}-${preset}`.includes(values.only)) continue
            const reports = []
            for (let run = 0; run < runs; run++) reports.push(await examine(house.url + address, session, preset))
            reports.sort((a, b) => a.categories.performance.score - b.categories.performance.score)
            const middle = reports[Math.floor((runs - 1) / 2)]
            writeFileSync(path.join(folder, `${page}-${preset}.json`), JSON.stringify(middle))
            const scores = scoresOf(middle)
            const low = Object.entries(limits[preset]).filter(([name, limit]) => scores[name] < limit)
            failed ||= low.length > 0
            const times = {
                firstPaintMs: milliseconds(middle, 'first-contentful-paint'),
                largestPaintMs: milliseconds(middle, 'largest-contentful-paint'),
                blockedMs: milliseconds(middle, 'total-blocking-time'),
                shift: Number(middle.audits['cumulative-layout-shift'].numericValue.toFixed(3)),
                // Lighthouse's measure of the machine: below 1000 its phone is slower than it means it to be.
                machine: Math.round(middle.environment.benchmarkIndex),
            }
            process.stdout.write(`${JSON.stringify({ page, preset, ...scores, ...times, below: low.map(([name]) => name) })}\n`)
            if (values.why || low.length > 0) process.stderr.write(`${reasons(middle)}\n`)
        }
    }
} finally {
    await house.server.dispose()
}
process.exitCode = failed ? 1 : 0

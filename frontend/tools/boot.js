// Runs before everything else: the body of a function that tools/finish-build.mjs puts into the page and calls with
//   routes  pairs of a path's pattern and the files of its page, in order
//   parts   the files of layouts and languages, by `layouts/default`, `locales/en/house`
// The names in the storage are those of composables/useTheme.ts, plugins/i18n.ts and stores/auth.ts. What is
// guessed wrong here costs a request, no more.
const stored = (key) => {
    try {
        return localStorage.getItem(key)
    } catch {
        // Storage is forbidden: the system's theme and language it is, and nobody is logged in.
        return null
    }
}

// So that no one sees the wrong theme flash by.
let theme = stored('cinema.theme')
if (theme !== 'night' && theme !== 'programme') {
    theme = matchMedia('(prefers-color-scheme: light)').matches ? 'programme' : 'night'
}
document.documentElement.dataset.theme = theme

function tokenOf(session) {
    try {
        const { token, expiresAt } = JSON.parse(session)
        return Date.parse(expiresAt) > Date.now() ? token : undefined
    } catch {
        return undefined
    }
}
const token = tokenOf(stored('cinema.session'))
const path = token ? location.pathname : '/login'
const [, area, id] = path.split('/')

function fetchAhead(file, rel) {
    const link = document.createElement('link')
    const style = file.endsWith('.css')
    link.rel = style && rel === 'modulepreload' ? 'preload' : rel
    if (rel === 'prefetch' || style) link.as = style ? 'style' : 'script'
    link.crossOrigin = ''
    link.href = `/_nuxt/${file}`
    document.head.append(link)
}
const pageOf = (path) => routes.find(([pattern]) => new RegExp(pattern).test(path))?.[1] ?? []

// What the page needs is asked for at once, not by one script after the other.
const languages = [stored('cinema.locale'), ...navigator.languages].map((tag) => tag?.split('-')[0].toLowerCase())
const language = languages.find((code) => parts[`locales/${code}/entrance`]) ?? 'en'
const wanted = new Set([
    ...pageOf(path),
    ...parts[area === 'login' ? 'layouts/entrance' : 'layouts/default'],
    ...parts[`locales/${language}/entrance`],
    // As partsOf in i18n/loader.ts.
    ...(/^(login|showtimes)?$/.test(area) ? [] : parts[`locales/${language}/house`]),
])
for (const file of wanted) fetchAhead(file, 'modulepreload')

// utils/api/early.ts hands these answers over; the addresses are as the app writes them.
const patienceMs = 10_000
const early = (window.cinemaEarly = new Map())
function ask(url, headers) {
    const asked = { token, sent: Date.now() }
    asked.answer = fetch(url, { headers, signal: AbortSignal.timeout(patienceMs) }).then(async (response) => ({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        received: Date.now(),
        text: await response.text(),
    }))
    // The app asks again, and says what is wrong.
    asked.answer.catch(() => undefined)
    early.set(url, asked)
}
const questions = {
    '': ['/api/movies', '/api/showtimes?limit=60'],
    showtimes: [`/api/movies/${id}`, `/api/showtimes?movie_id=${id}&limit=500`],
    seats: [`/api/showtimes/${id}`],
}
ask('/api/site')
if (token) for (const url of questions[area] ?? []) ask(url, { Authorization: `Bearer ${token}` })

// When this page has come to rest: those that lead from a film to its tickets.
const restMs = 3_000
addEventListener('load', () => {
    if (navigator.connection?.saveData) return
    setTimeout(() => {
        const next = ['/', '/showtimes/x', '/seats/x', '/checkout/x'].flatMap(pageOf)
        for (const file of new Set([...next, ...parts[`locales/${language}/house`]])) if (!wanted.has(file)) fetchAhead(file, 'prefetch')
    }, restMs)
})

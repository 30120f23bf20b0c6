// Runs before the first paint, so that no one sees the wrong theme flash by; tools/finish-build.mjs
// puts it into the page. The names are those of composables/useTheme.ts.
{
    let theme = null
    try {
        theme = localStorage.getItem('cinema.theme')
    } catch {
        // Storage is forbidden: the system's theme it is.
    }
    if (theme !== 'night' && theme !== 'programme') {
        theme = matchMedia('(prefers-color-scheme: light)').matches ? 'programme' : 'night'
    }
    document.documentElement.dataset.theme = theme
}

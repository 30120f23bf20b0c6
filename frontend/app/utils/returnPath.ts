/**
 * Where a visitor wanted to go, from `?from=`: a path of this site, or `/`. Anything that could
 * lead elsewhere (`//evil.example`, `/\evil.example`, `javascript:`) is `/`; so is the login page.
 */
export function safeReturnPath(from: unknown): string {
    if (typeof from !== 'string' || !/^\/(?![/\\])/.test(from)) return '/'
    // Browsers drop tabs and line ends from a URL, so that "/\t/evil.example" would leave the site.
    if (/[\u0000-\u001f\\]/.test(from)) return '/'
    const base = 'https://site.invalid'
    if (!URL.canParse(from, base)) return '/'
    const url = new URL(from, base)
    if (url.origin !== base || url.pathname === '/login' || url.pathname.startsWith('//')) return '/'
    return url.pathname + url.search + url.hash
}

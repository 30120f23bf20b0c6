import type { BrowserContext, ConsoleMessage, Request } from '@playwright/test'

declare global {
    interface Window {
        tellViolation: (what: string) => void
    }
}

/** A call that was given up because the page it was for has gone. */
const givenUp = 'net::ERR_ABORTED'

/**
 * What went wrong in the browsers of a test: console errors and warnings, uncaught exceptions,
 * violations of the Content-Security-Policy, requests that failed or were refused.
 */
export class Watch {
    private readonly seen: string[] = []
    private readonly allowed: RegExp[] = []

    /** What the test provokes on purpose, such as `/409 POST .*\/seats\/lock/`. */
    allow(...patterns: RegExp[]): void {
        this.allowed.push(...patterns)
    }

    get complaints(): string[] {
        return this.seen.filter((complaint) => !this.allowed.some((pattern) => pattern.test(complaint)))
    }

    async follow(context: BrowserContext): Promise<void> {
        context.on('console', (message) => this.onConsole(message))
        context.on('weberror', (error) => this.seen.push(`exception: ${error.error().stack ?? error.error().message}`))
        context.on('requestfailed', (request) => this.onFailure(request))
        context.on('response', (response) => {
            if (response.status() >= 400) this.seen.push(`${response.status()} ${describe(response.request())}`)
        })
        await context.exposeFunction('tellViolation', (what: string) => this.seen.push(`CSP: ${what}`))
        await context.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
                window.tellViolation(`${violatedDirective} ${blockedURI}`)
            })
        })
    }

    private onConsole(message: ConsoleMessage): void {
        const kind = message.type()
        if (kind !== 'error' && kind !== 'warning') return
        // Seen as a response or a failure, with its method, too.
        if (message.text().startsWith('Failed to load resource:')) return
        this.seen.push(`console ${kind}: ${message.text()} (${message.location().url})`)
    }
    private onFailure(request: Request): void {
        const why = request.failure()?.errorText ?? 'unknown'
        if (why !== givenUp) this.seen.push(`failed ${describe(request)}: ${why}`)
    }
}

function describe(request: Request): string {
    const { pathname, search } = new URL(request.url())
    return `${request.method()} ${pathname}${search}`
}

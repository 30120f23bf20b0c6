import type { Plugin } from 'vite'
import type { NuxtHooks } from 'nuxt/schema'

/** One place of somebody else's code, which a new version may have moved: then the build says so. */
function replaced(code: string, from: string, to: string): string {
    if (!code.includes(from)) throw new Error(`tools/lean.ts: "${from}" is no longer there`)
    return code.replace(from, to)
}

/**
 * Keeps out of the first page's JavaScript what this app never calls but no bundler can prove
 * unused. tools/size.mjs watches over the sum.
 */
export function lean(): Plugin {
    return {
        name: 'lean',
        enforce: 'pre',
        resolveId(source, importer) {
            // Axios brings two ways to send a request; in browsers it takes XMLHttpRequest.
            if (source === './fetch.js' && importer?.includes('/axios/lib/adapters/')) return '\0no-fetch-adapter'
        },
        load(id) {
            if (id === '\0no-fetch-adapter') return 'export const getFetch = () => undefined'
        },
        transform(code, id) {
            // Nuxt's own data fetching: the API has useApi and useResource.
            if (/\/nuxt\/dist\/app\/composables\/(asyncData|fetch)\.js$/.test(id)) {
                return { code, map: null, moduleSideEffects: false }
            }
            // Nothing is rendered on a server, so that nothing has to be hydrated.
            if (/\/nuxt\/dist\/app\/entry\.js$/.test(id)) {
                return { code: replaced(code, 'isSSR ? createSSRApp(RootComponent) : ', ''), map: null }
            }
        },
    }
}

const contents: Record<string, string> = {
    // Without Nuxt's data fetching nothing calls the global `$fetch` either.
    'fetch.mjs': `export const $fetch = () => Promise.reject(new Error('use useApi'))`,
    // What older versions of Unhead understood in tags.
    'unhead-options.mjs': 'export default { disableDefaults: true, plugins: [] }',
}

export const leanTemplates: NuxtHooks['app:templates'] = (app) => {
    for (const [filename, content] of Object.entries(contents)) {
        const template = app.templates.find((known) => known.filename === filename)
        if (!template) throw new Error(`tools/lean.ts: Nuxt no longer has the template ${filename}`)
        template.getContents = () => content
    }
}

import type { Plugin } from 'vite'
import type { NuxtHooks } from 'nuxt/schema'

/** Somebody else's code, changed in places that a new version may have moved: then the build says so. */
function replaced(code: string, from: string | RegExp, to: string): string {
    const changed = code.replaceAll(from, to)
    if (changed === code) throw new Error(`tools/lean.ts: ${from} is no longer there`)
    return changed
}

/** What Axios brings along, as it is for an app that sends JSON with a bearer token and reads it. */
const unusedOfAxios: Record<string, string> = {
    // In browsers XMLHttpRequest is taken.
    'adapters/fetch': 'export const getFetch = () => undefined',
    // An AbortSignal is given.
    'cancel/CancelToken': 'export default undefined',
    // There is no session in a cookie, so none that has to be guarded.
    'helpers/cookies': 'export default { read: () => null, readAsync: async () => null }',
    'helpers/formDataToJSON': 'export default () => null',
    'helpers/HttpStatusCode': 'export default {}',
    'helpers/progressEventReducer': 'export const progressEventReducer = () => []',
}

/**
 * Keeps out of the first page's JavaScript what this app never calls but no bundler can prove
 * unused. tools/size.mjs watches over the sum.
 */
export function lean(): Plugin {
    return {
        name: 'lean',
        enforce: 'pre',
        transform(code, id) {
            const axiosPart = /\/node_modules\/axios\/lib\/(.+)\.js$/.exec(id)?.[1]
            if (axiosPart && axiosPart in unusedOfAxios) return { code: unusedOfAxios[axiosPart]!, map: null }
            // Nuxt's own data fetching: the API has useApi and useResource.
            if (/\/nuxt\/dist\/app\/composables\/(asyncData|fetch)\.js$/.test(id)) {
                return { code, map: null, moduleSideEffects: false }
            }
            // Money, dates and times are useFormat's.
            if (/\/vue-i18n\/dist\/vue-i18n\.runtime\.mjs$/.test(id)) {
                const formats = /Reflect\.apply\((?:datetime|number), null, \[context, \.\.\.args\]\)|parse(?:DateTime|Number)Args\(\.\.\.args\)/g
                return { code: replaced(code, formats, '[]'), map: null }
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

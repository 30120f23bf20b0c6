import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/**
 * What a script is called in the built app: `page-index.<hash>.js`, `layout-default.<hash>.js`,
 * `messages-en-house.<hash>.js`; tools/size.mjs finds the parts of the first page by it.
 */
export function chunkName(chunk: { facadeModuleId?: string | null }): string {
    const source = chunk.facadeModuleId ? path.relative(root, chunk.facadeModuleId) : ''
    const [, kind, name] =
        /^app\/(page|layout)s\/(.+)\.vue$/.exec(source) ?? /^i18n\/locale(s)\/(\w+\/\w+)\.ts$/.exec(source) ?? []
    if (!kind || !name) return '_nuxt/[hash].js'
    const label = name.replaceAll(/[^\w]+/g, '-').replaceAll(/^-|-$/g, '')
    return `_nuxt/${kind === 's' ? 'messages' : kind}-${label}.[hash].js`
}

const heavy = /\/node_modules\/(?:reka-ui|@floating-ui|@unovis|vue-sonner|uqr|@internationalized|aria-hidden|d3-)|\/app\/.*\/admin\//

/**
 * What several pages need is one file, not a dozen of a few hundred bytes: each of them costs a
 * phone a round trip, because a browser opens no more than six connections to a server.
 */
export const common = {
    name: 'common',
    test: (id: string) => !heavy.test(id),
    minShareCount: 3,
}

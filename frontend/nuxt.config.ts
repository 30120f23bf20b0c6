import tailwindcss from '@tailwindcss/vite'
import { chunkName, common } from './tools/chunks'
import { lean, leanTemplates } from './tools/lean'
import { messages } from './tools/messages'
import { rememberPages } from './tools/pages'

/** Where `npm run dev` finds a running server. */
const backend = process.env.BACKEND_URL ?? 'http://localhost:8080'

export default defineNuxtConfig({
    compatibilityDate: '2026-11-01',
    ssr: false,
    telemetry: false,
    devtools: { enabled: false },
    modules: ['@pinia/nuxt'],
    css: ['~/assets/css/main.css'],

    app: {
        head: {
            charset: 'utf-8',
            viewport: 'width=device-width, initial-scale=1, viewport-fit=cover',
            meta: [
                { name: 'description', content: 'Choose your seats and book your tickets.' },
                { name: 'color-scheme', content: 'light dark' },
            ],
            link: [{ rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }],
        },
    },

    // Two builds of the same source are the same files.
    buildId: 'cinema',
    experimental: {
        appManifest: false,
        componentIslands: false,
        // An import map would be an inline script.
        entryImportMap: false,
        // To prepare a page is to run it: not while the present one is still being put together, but when
        // its link is about to be followed. tools/boot.js has the files fetched long before.
        defaults: { nuxtLink: { prefetchOn: { visibility: false, interaction: true } } },
        payloadExtraction: false,
    },

    // Folders of ui components also hold their variants: only .vue files are components.
    components: [{ path: '~/components', extensions: ['vue'] }],
    imports: {
        dirs: ['utils/api'],
        presets: [{ from: 'vue-i18n', imports: ['useI18n'] }],
    },

    hooks: {
        'app:templates': leanTemplates,
        'build:manifest': (manifest) => {
            for (const resource of Object.values(manifest)) resource.prefetch = false
            rememberPages(manifest)
        },
    },
    typescript: { strict: true, tsConfig: { include: ['../tests/**/*'] } },
    sourcemap: false,

    // Not Vite's own proxy: as a part of Nuxt it gets to see no WebSocket but its own.
    // The Host stays what the browser said, because the server compares it with the page's Origin.
    nitro: {
        devProxy: {
            '/api': { target: `${backend}/api` },
            '/ws': { target: `${backend}/ws`, ws: true },
        },
    },

    vite: {
        // What no component here uses need not be loaded.
        define: {
            __VUE_OPTIONS_API__: 'false',
            __VUE_I18N_FULL_INSTALL__: 'false',
            __VUE_I18N_LEGACY_API__: 'false',
        },
        plugins: [tailwindcss(), messages(), lean()],
        $client: {
            build: { rolldownOptions: { output: { chunkFileNames: chunkName, codeSplitting: { groups: [common] } } } },
        },
    },
})

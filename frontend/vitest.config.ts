import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import Unimport from 'unimport/unplugin'
import { defineConfig } from 'vitest/config'
import { messages } from './tools/messages.ts'

const here = import.meta.dirname

export default defineConfig({
    plugins: [
        vue(),
        messages(),
        // What Nuxt imports by itself; Nuxt's own functions are those of tests/support/nuxt.ts.
        Unimport.vite({
            presets: ['vue', 'vue-router', 'pinia', { from: 'vue-i18n', imports: ['useI18n'] }],
            dirs: ['composables', 'stores', 'utils', 'utils/api']
                .map((folder) => path.join(here, 'app', folder))
                .concat(path.join(here, 'tests/support/nuxt.ts')),
            addons: { vueTemplate: true },
        }),
    ],
    resolve: {
        alias: [
            { find: /^@vue\/test-utils$/, replacement: path.join(here, 'tests/support/mount.ts') },
            { find: '#components', replacement: path.join(here, 'tests/support/components.ts') },
            { find: /^~~\//, replacement: `${here}/` },
            { find: /^~\//, replacement: path.join(here, 'app/') },
        ],
    },
    test: {
        environment: 'happy-dom',
        include: ['tests/**/*.test.ts'],
        setupFiles: ['tests/support/setup.ts'],
        restoreMocks: true,
        unstubGlobals: true,
    },
})

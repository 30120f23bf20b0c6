import path from 'node:path'
import VueI18n from '@intlify/unplugin-vue-i18n/vite'

/** Compiles the messages while building: browsers get no message compiler, and run no `eval`. */
export function messages() {
    return VueI18n({
        include: [path.resolve(import.meta.dirname, '../i18n/locales/**/*.json')],
        runtimeOnly: true,
        dropMessageCompiler: true,
        fullInstall: false,
    })
}

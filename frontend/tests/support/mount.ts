/*
 * What tests get as @vue/test-utils (vitest.config.ts): the same, knowing the app's components and
 * texts. Only the tests that mount something load them.
 */
import { afterEach } from 'vitest'
import type { Component } from 'vue'
// By its folder: its name leads here.
import { config, enableAutoUnmount } from '../../node_modules/@vue/test-utils'
import { NuxtLink } from './components'
import { i18n } from './i18n'

/** Components by the names that Nuxt gives them: components/ui/button/Button.vue is UiButton. */
const modules = import.meta.glob<{ default: Component }>('../../app/components/**/*.vue', { eager: true })
const components: Record<string, Component> = {}
for (const [file, module] of Object.entries(modules)) {
    const parts = file
        .replace(/^.*\/components\/|\.vue$/g, '')
        .split('/')
        .map((part) => part.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase()))
    // A file repeats the name of its folder, or begins with it: that is said once.
    const name = parts.reduce((sum, part, index) => {
        const last = parts[index - 1] ?? ''
        return last && part.startsWith(last) ? sum.slice(0, -last.length) + part : sum + part
    }, '')
    components[name] = module.default
    components[`Lazy${name}`] = module.default
}

config.global.components = { ...components, NuxtLink }
config.global.plugins = [i18n]

enableAutoUnmount(afterEach)

export * from '../../node_modules/@vue/test-utils'

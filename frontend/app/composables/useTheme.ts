import { createGlobalState, useLocalStorage, usePreferredDark } from '@vueuse/core'

/** `night`: the house lights down. `programme`: the printed programme, on paper. */
export type Theme = 'night' | 'programme'
export type ThemeChoice = Theme | 'system'

export const themeChoices: readonly ThemeChoice[] = ['system', 'night', 'programme']

/** The theme in use and the visitor's choice; tools/boot.js reads the same storage. */
export const useTheme = createGlobalState(() => {
    const stored = useLocalStorage<string>('cinema.theme', 'system')
    const dark = usePreferredDark()

    const choice = computed<ThemeChoice>({
        get: () => themeChoices.find((known) => known === stored.value) ?? 'system',
        set: (value) => (stored.value = value),
    })
    const theme = computed<Theme>(() => {
        if (choice.value !== 'system') return choice.value
        return dark.value ? 'night' : 'programme'
    })
    watch(theme, (value) => (document.documentElement.dataset.theme = value), { immediate: true, flush: 'sync' })
    return { choice, theme }
})

import { vi } from 'vitest'
import { i18n, setLocale } from './i18n'

/*
 * Nuxt's own functions, as far as what is tested calls them: without a Nuxt app there is only
 * what they are given here.
 */
export const useNuxtApp = () => ({ $i18n: i18n.global, $setLocale: setLocale })
export const navigateTo = vi.fn()
export const useHead = vi.fn()
export const definePageMeta = vi.fn()
export const defineNuxtPlugin = <T>(plugin: T): T => plugin
export const defineNuxtRouteMiddleware = <T>(middleware: T): T => middleware
export const clearError = vi.fn()

import { createPinia, disposePinia, getActivePinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach } from 'vitest'
import { i18n } from './i18n'

beforeEach(() => {
    localStorage.clear()
    i18n.global.locale.value = 'en'
    setActivePinia(createPinia())
})
afterEach(() => {
    disposePinia(getActivePinia()!)
    document.body.innerHTML = ''
})

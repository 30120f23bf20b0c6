import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { defineComponent, h, type WritableComputedRef } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { useQueryText } from '~/composables/useQueryText'

it('what is typed while the address follows is not taken back; going back in the address is', async () => {
    let text!: WritableComputedRef<string>
    const Page = defineComponent(() => {
        text = useQueryText('q')
        return () => h('p', text.value)
    })
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: Page }] })
    await router.push('/')
    const page = mount(RouterView, { global: { plugins: [router] } })
    for (const typed of ['T', 'Th', 'The']) {
        text.value = typed
        await Promise.resolve()
        expect(text.value).toBe(typed)
    }
    await expect.poll(() => router.currentRoute.value.query.q).toBe('The')
    expect(text.value).toBe('The')
    await router.push('/?q=Up')
    expect(text.value).toBe('Up')
    expect(page.text()).toBe('Up')
})

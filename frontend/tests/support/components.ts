import { defineComponent, h } from 'vue'

/** Nuxt's own components, as far as what is tested uses them. */
export const NuxtLink = defineComponent({
    props: { to: { type: [String, Object], required: true } },
    setup(props, { slots }) {
        return () => h('a', { href: typeof props.to === 'string' ? props.to : JSON.stringify(props.to) }, slots.default?.())
    },
})

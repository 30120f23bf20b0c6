import { redirect } from '~/utils/guard'

export default defineNuxtRouteMiddleware((to) => {
    const target = redirect(to, useVisitor())
    if (target) return navigateTo(target, { replace: true })
})

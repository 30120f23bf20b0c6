import { flushPromises, mount } from '@vue/test-utils'
import axios from 'axios'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import Ticket from '~/components/login/Ticket.vue'
import { useAuthStore } from '~/stores/auth'
import { useSiteStore } from '~/stores/site'
import { setLocale } from './support/i18n'
import { fakeServer, networkDown, problem, type Reply, type Request } from './support/server'

const session = {
    token: 'a.b.c',
    expiresAt: '2999-01-01T00:00:00.000Z',
    user: { id: '674350e0a4f1b2c3d4e5f607', email: 'user@cinema.local', name: 'Demo User', role: 'USER' },
}
let answer: (request: Request) => Reply | Promise<Reply>
let requests: Request[]

beforeEach(() => {
    answer = () => ({ body: session })
    const server = fakeServer((request) => answer(request))
    requests = server.requests
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
})

function open(demoLogin: boolean) {
    const site = useSiteStore()
    site.info = { ...site.info, demoLogin }
    return mount(Ticket, { attachTo: document.body })
}
const button = (page: ReturnType<typeof open>, text: string) =>
    page.findAll('button').find((found) => found.text() === text)

describe('demo', () => {
    it.each([
        ['Demo User', 'user@cinema.local'],
        ['Demo Admin', 'admin@cinema.local'],
    ])('%s logs in with one click', async (name, email) => {
        const page = open(true)
        await button(page, name)!.trigger('click')
        await flushPromises()
        expect(requests.map(({ body }) => body)).toEqual([{ email }])
        expect(useAuthStore().loggedIn).toBe(true)
    })

    it('is not offered where the server does not', () => {
        const page = open(false)
        expect(button(page, 'Demo User')).toBeUndefined()
        expect(page.find('input[type=password]').exists()).toBe(true)
    })

    it('sends one request for two clicks', async () => {
        const page = open(true)
        await button(page, 'Demo User')!.trigger('click')
        await button(page, 'Demo User')!.trigger('click')
        await flushPromises()
        expect(requests).toHaveLength(1)
    })

    it('speaks Thai', async () => {
        await setLocale('th')
        expect(button(open(true), 'ผู้ใช้สาธิต')).toBeDefined()
    })
})

describe('e-mail and password', () => {
    async function send(page: ReturnType<typeof open>, email: string, password: string) {
        await page.get('input[type=email]').setValue(email)
        await page.get('input[type=password]').setValue(password)
        await page.get('form').trigger('submit')
        await flushPromises()
    }
    const noteOf = (page: ReturnType<typeof open>, selector: string) =>
        document.getElementById(page.get(selector).attributes('aria-describedby') ?? '')?.textContent?.trim()

    it('are sent, and known to password managers', async () => {
        const page = open(false)
        await send(page, ' ada@example.org ', 'correct horse')
        expect(requests[0]!.body).toEqual({ email: 'ada@example.org', password: 'correct horse' })
        expect(page.get('input[type=email]').attributes('autocomplete')).toBe('username')
        expect(page.get('input[type=password]').attributes('autocomplete')).toBe('current-password')
    })

    it('are looked at before they are sent; the first wrong one gets the focus', async () => {
        const page = open(false)
        await send(page, 'ada', '')
        expect(requests).toHaveLength(0)
        expect(page.get('input[type=email]').attributes('aria-invalid')).toBe('true')
        expect(noteOf(page, 'input[type=email]')).toContain('name@example.org')
        expect(noteOf(page, 'input[type=password]')).toBe('Enter your password.')
        expect(document.activeElement).toBe(page.get('input[type=email]').element)
    })

    it('that are wrong are told at the password', async () => {
        answer = () => problem(401, 'wrong-credentials')
        const page = open(false)
        await send(page, 'ada@example.org', 'x')
        expect(noteOf(page, 'input[type=password]')).toBe('E-mail or password is not right.')
        expect(document.activeElement).toBe(page.get('input[type=password]').element)
        expect(useAuthStore().loggedIn).toBe(false)
    })

    it('have to wait after too many attempts', async () => {
        answer = () => ({ ...problem(429, 'too-many-requests'), headers: { 'retry-after': '61' } })
        const page = open(false)
        await send(page, 'ada@example.org', 'x')
        expect(page.get('[aria-live]').text()).toBe('Too many attempts. Try again in 2 minutes.')
    })

    it('say so when there is no connection, and work the next time', async () => {
        answer = networkDown
        const page = open(false)
        await send(page, 'ada@example.org', 'x')
        expect(page.get('[aria-live]').text()).toContain('no connection')
        answer = () => ({ body: session })
        await send(page, 'ada@example.org', 'x')
        expect(page.get('[aria-live]').text()).toBe('')
        expect(useAuthStore().loggedIn).toBe(true)
    })
})

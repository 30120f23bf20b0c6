import { flushPromises, mount } from '@vue/test-utils'
import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import { setServerOffset } from '~/composables/useServerClock'
import Home from '~/pages/index.vue'
import { useSiteStore } from '~/stores/site'
import type { Showtime } from '~/utils/api/contract'
import { NuxtLink } from './support/components'
import { movie, showtime } from './support/films'
import { setLocale } from './support/i18n'
import { fakeServer, networkDown, type Reply, type Request } from './support/server'

/** Tuesday 24 November, 18:40 in Bangkok. */
const now = Date.parse('2026-11-24T11:40:00Z')
const up = movie('Up', { genres: ['Animation'] })
const amelie = movie('Amélie', { genres: ['Comedy'], posterUrl: '/posters/amelie.svg' })
const matrix = movie('The Matrix', { genres: ['Action'] })

let shown: Showtime[]
let answer: (request: Request) => Reply | Promise<Reply>
let requests: Request[]
let router: Router

beforeEach(() => {
    vi.useFakeTimers({ now, toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    setServerOffset(0)
    useSiteStore().info = { ...useSiteStore().info, timeZone: 'Asia/Bangkok' }
    shown = [
        showtime(matrix, '2026-11-24T11:45:00Z', { auditoriumName: 'Garden Hall' }),
        showtime(amelie, '2026-11-24T14:00:00Z', { seatsAvailable: 0 }),
        showtime(matrix, '2026-11-25T12:00:00Z', { seatsAvailable: 6 }),
        showtime(up, '2026-11-25T04:00:00Z'),
    ]
    answer = ({ url }) => ({ body: url === '/api/movies' ? [amelie, up, matrix] : shown })
    const server = fakeServer((request) => answer(request))
    requests = server.requests
    vi.spyOn(axios, 'create').mockReturnValue(server.http)
    router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: Home }] })
})
afterEach(() => {
    vi.useRealTimers()
})

async function open(address = '/') {
    await router.push(address)
    const page = mount(RouterView, { attachTo: document.body, global: { plugins: [router] } })
    await flushPromises()
    return page
}
type Page = Awaited<ReturnType<typeof open>>
const titles = (page: Page) => page.findAll('h3').map((title) => title.text())
const days = (page: Page) => page.findAll('h2').map((title) => title.text())
const linkTo = (page: Page, path: string) =>
    page.findAllComponents(NuxtLink).find((link) => link.props('to') === path)

describe('now showing', () => {
    it('begins with what is on next, as a ticket to its seats', async () => {
        const page = await open()
        expect(days(page)).toEqual(['Tonight', 'Tomorrow'])
        expect(titles(page)).toEqual(['The Matrix', 'Amélie', 'Up'])
        const stub = linkTo(page, `/seats/${shown[0]!.id}`)!
        expect(stub.text()).toContain('in 5 minutes')
        expect(stub.text()).toContain('18:45')
        expect(stub.text()).toContain('Garden Hall')
        expect(stub.text()).toContain('90 left')
        expect(page.text()).toContain('Also Wed')
    })

    it('says in words where there is no room, or little', async () => {
        const page = await open()
        expect(linkTo(page, `/seats/${shown[1]!.id}`)!.text()).toContain('Sold out')
        await page.findAll('input[type=radio]').find((day) => day.attributes('aria-label') === 'Wed 25 Nov')!.setValue(true)
        await flushPromises()
        expect(linkTo(page, `/seats/${shown[2]!.id}`)!.text()).toContain('Only 6 left')
    })

    it('does not lead to a room without a seat', async () => {
        shown[0]!.seatsAvailable = 0
        shown[1]!.seatsAvailable = 3
        const page = await open()
        expect(titles(page)[0]).toBe('Amélie')
    })

    it('drops a showtime when it begins', async () => {
        const page = await open()
        await vi.advanceTimersByTimeAsync(5 * 60_000)
        expect(linkTo(page, `/seats/${shown[0]!.id}`)).toBeUndefined()
        expect(days(page)).toEqual(['Tonight', 'Tomorrow'])
        expect(titles(page)).toEqual(['Amélie', 'Up', 'The Matrix'])
    })

    it('asks again every minute, and when it is looked at again', async () => {
        const page = await open()
        shown = shown.map((one) => ({ ...one, seatsAvailable: 9 }))
        await vi.advanceTimersByTimeAsync(60_000)
        await flushPromises()
        expect(page.text()).toContain('Only 9 left')
        const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
        document.dispatchEvent(new Event('visibilitychange'))
        const before = requests.length
        await vi.advanceTimersByTimeAsync(600_000)
        expect(requests).toHaveLength(before)
        visibility.mockReturnValue('visible')
        document.dispatchEvent(new Event('visibilitychange'))
        await flushPromises()
        expect(requests).toHaveLength(before + 2)
    })

    it('speaks Thai', async () => {
        await setLocale('th')
        const page = await open()
        expect(page.get('h1').text()).toBe('กำลังฉาย')
        expect(days(page)).toEqual(['คืนนี้', 'พรุ่งนี้'])
        expect(page.text()).toContain('แอนิเมชัน')
    })
})

describe('what one looks for', () => {
    it('is kept in the address', async () => {
        const page = await open()
        await page.get('input[type=search]').setValue('ame')
        expect(titles(page)).toEqual(['Amélie'])
        await vi.advanceTimersByTimeAsync(200)
        await page.get('select').setValue('Comedy')
        await flushPromises()
        await page.findAll('input[type=radio]').find((day) => day.attributes('aria-label') === 'Today 24 Nov')!.setValue(true)
        await flushPromises()
        expect(router.currentRoute.value.query).toEqual({ q: 'ame', genre: 'Comedy', day: '2026-11-24' })
        expect(page.get('[role=status]').text()).toBe('1 film found')
    })

    it('is read from the address', async () => {
        const page = await open('/?genre=Animation&day=2026-11-25&q=up')
        expect(titles(page)).toEqual(['Up'])
        expect(page.get<HTMLInputElement>('input[type=search]').element.value).toBe('up')
        expect(page.get<HTMLSelectElement>('select').element.value).toBe('Animation')
        expect(page.get<HTMLInputElement>('input[type=radio]:checked').attributes('aria-label')).toBe('Wed 25 Nov')
    })

    it('follows the address back', async () => {
        const page = await open('/?q=up')
        await router.push('/?q=matrix')
        await flushPromises()
        expect(titles(page)).toEqual(['The Matrix'])
        router.back()
        await flushPromises()
        await vi.advanceTimersByTimeAsync(1)
        await flushPromises()
        expect(titles(page)).toEqual(['Up'])
    })

    it.each(['2026-11-23', 'tomorrow', '', '2026-11'])('is no day that cannot be: %s', async (day) => {
        const page = await open(`/?day=${day}`)
        expect(titles(page)).toHaveLength(3)
    })

    it('may be a day without showtimes', async () => {
        const page = await open('/?day=2026-11-26')
        expect(titles(page)).toEqual([])
        expect(page.get<HTMLInputElement>('input[type=radio]:checked').attributes('aria-label')).toBe('Thu 26 Nov')
    })

    it('that nothing fits can be forgotten', async () => {
        const page = await open('/?q=metropolis&genre=War')
        expect(page.text()).toContain('Nothing like that is on')
        await page.findAll('button').find((button) => button.text() === 'Show all films')!.trigger('click')
        await flushPromises()
        expect(titles(page)).toHaveLength(3)
        expect(router.currentRoute.value.fullPath).toBe('/')
    })
})

describe('without films', () => {
    it('shows their shapes while they are on their way', async () => {
        answer = () => new Promise(() => undefined)
        const page = await open()
        expect(page.find('[aria-busy=true]').exists()).toBe(true)
        expect(page.get('h1').text()).toBe('Now showing')
    })

    it('says that there are none', async () => {
        shown = []
        const page = await open()
        expect(page.text()).toContain('The screens are dark')
    })

    it('says why, and tries again', async () => {
        const works = answer
        answer = networkDown
        const page = await open()
        expect(page.get('[role=alert]').text()).toContain('no connection')
        answer = works
        await page.get('[role=alert] button').trigger('click')
        await flushPromises()
        expect(titles(page)).toHaveLength(3)
    })

    it('keeps those it had, and says of when they are', async () => {
        const page = await open()
        answer = networkDown
        await vi.advanceTimersByTimeAsync(60_000)
        await flushPromises()
        expect(titles(page)).toHaveLength(3)
        expect(page.text()).toContain('seats left are as of 18:40')
    })
})

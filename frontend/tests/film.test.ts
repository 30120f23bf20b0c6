import { flushPromises, mount } from '@vue/test-utils'
import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import Poster from '~/components/film/Poster.vue'
import { setServerOffset } from '~/composables/useServerClock'
import Film from '~/pages/showtimes/[movieId].vue'
import { useSiteStore } from '~/stores/site'
import type { Showtime } from '~/utils/api/contract'
import { NuxtLink } from './support/components'
import { idOf, movie, showtime } from './support/films'
import { fakeServer, networkDown, problem, type Reply, type Request } from './support/server'

/** Tuesday 24 November, 18:40 in Bangkok. */
const now = Date.parse('2026-11-24T11:40:00Z')
const up = movie('Up', { genres: ['Animation', 'Family'], durationMin: 96, rating: 'PG', posterUrl: '/posters/up.svg' })
const hall = { auditoriumId: idOf('hall'), auditoriumName: 'Garden Hall', seatsTotal: 220, seatsAvailable: 220 }

let shown: Showtime[]
let answer: (request: Request) => Reply | Promise<Reply>
let router: Router

beforeEach(() => {
    vi.useFakeTimers({ now, toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    setServerOffset(0)
    useSiteStore().info = { ...useSiteStore().info, timeZone: 'Asia/Bangkok' }
    shown = [
        showtime(up, '2026-11-24T11:00:00Z'),
        showtime(up, '2026-11-24T12:00:00Z', { seatsAvailable: 5 }),
        showtime(up, '2026-11-24T13:00:00Z', { ...hall, prices: { standard: 22000, premium: 28000, accessible: 9000, companion: 9000 } }),
        showtime(up, '2026-11-24T15:00:00Z', { seatsAvailable: 0 }),
        // 00:30 on the 25th in Bangkok.
        showtime(up, '2026-11-24T17:30:00Z'),
    ]
    answer = ({ url }) => ({ body: url === '/api/showtimes' ? shown : up })
    vi.spyOn(axios, 'create').mockReturnValue(fakeServer((request) => answer(request)).http)
    router = createRouter({
        history: createMemoryHistory(),
        routes: [{ path: '/showtimes/:movieId', component: Film }],
    })
})
afterEach(() => {
    vi.useRealTimers()
})

async function open(query = '') {
    await router.push(`/showtimes/${up.id}${query}`)
    const page = mount(RouterView, { attachTo: document.body, global: { plugins: [router] } })
    await flushPromises()
    return page
}
type Page = Awaited<ReturnType<typeof open>>
const tickets = (page: Page) =>
    page
        .findAllComponents(NuxtLink)
        .filter((link) => String(link.props('to')).startsWith('/seats/'))
        .map((link) => link.text().replaceAll(/\s+/g, ' '))

describe('the page of a film', () => {
    it('says what it is', async () => {
        const page = await open()
        expect(page.get('h1').text()).toBe('Up')
        for (const text of ['PG', '1h 36m', 'Animation, Family', 'Released 2 November 2001', 'What happens in Up.']) {
            expect(page.text()).toContain(text)
        }
        expect(page.get('img').attributes()).toMatchObject({ src: '/posters/up.svg', alt: '', width: '600', height: '900' })
    })

    it('offers the showtimes of its next day by room, without those that have begun', async () => {
        const page = await open()
        expect(page.findAll('h3').map((room) => room.text())).toEqual(['Studio', 'Garden Hall'])
        expect(page.findAll('h3 + p').map((size) => size.text())).toEqual(['90 seats', '220 seats'])
        const [first, second, third, ...more] = tickets(page)
        expect(more).toEqual([])
        expect(first).toMatch(/^19:00.*20:36.*from ฿200.*Only 5 left$/)
        expect(second).toMatch(/^22:00.*Sold out$/)
        expect(third).toMatch(/^20:00.*from ฿220.*220 left$/)
    })

    it('keeps what is shown after midnight for the next day', async () => {
        const page = await open()
        const [today, tomorrow] = page.findAll('input[type=radio]')
        expect(today!.attributes('aria-label')).toBe('Today 24 Nov')
        expect(tomorrow!.attributes('aria-label')).toBe('Wed 25 Nov')
        await tomorrow!.setValue(true)
        await flushPromises()
        expect(tickets(page)).toHaveLength(1)
        expect(tickets(page)[0]).toMatch(/^00:30/)
        expect(router.currentRoute.value.query.day).toBe('2026-11-25')
    })

    it.each([
        ['?day=2026-11-25', 1],
        ['?day=2026-11-26', 3],
        ['?day=2026-11-20', 3],
        ['?day=x', 3],
    ])('opens on the day of the address, or on its next: %s', async (query, count) => {
        expect(tickets(await open(query))).toHaveLength(count)
    })

    it('moves to its next day when the last showtime has begun', async () => {
        const page = await open('?day=2026-11-24')
        vi.setSystemTime(Date.parse('2026-11-24T15:00:00Z'))
        await vi.advanceTimersByTimeAsync(5_000)
        expect(tickets(page)[0]).toMatch(/^00:30/)
    })

    it('says when it is not on', async () => {
        shown = []
        const page = await open()
        expect(page.get('h1').text()).toBe('Up')
        expect(page.text()).toContain('Not on at the moment')
    })
})

describe('a film that is not there', () => {
    it('is told kindly, with a way on', async () => {
        answer = ({ url }) => (url === '/api/showtimes' ? problem(422, 'validation') : problem(404, 'not-found'))
        const page = await open()
        expect(page.get('h1').text()).toBe('We do not have this film')
        expect(page.findComponent(NuxtLink).props('to')).toBe('/')
    })

    it('because of the network can be tried again', async () => {
        const works = answer
        answer = networkDown
        const page = await open()
        answer = works
        await page.get('[role=alert] button').trigger('click')
        await flushPromises()
        expect(page.get('h1').text()).toBe('Up')
    })
})

describe('a poster', () => {
    const poster = (posterUrl: string) => mount(Poster, { props: { movie: movie('Metropolis', { posterUrl }) } })

    it('is the film’s own', () => {
        const shownPoster = poster('/posters/metropolis.svg')
        expect(shownPoster.get('img').attributes('src')).toBe('/posters/metropolis.svg')
        expect(shownPoster.text()).toBe('')
    })

    it('is the house’s with the title where there is none', () => {
        const blank = poster('')
        expect(blank.get('img').attributes('src')).toBe('/posters/blank.svg')
        expect(blank.text()).toBe('Metropolis')
    })

    it('is the house’s when the film’s does not load', async () => {
        const broken = poster('/posters/gone.svg')
        await broken.get('img').trigger('error')
        expect(broken.get('img').attributes('src')).toBe('/posters/blank.svg')
        expect(broken.text()).toBe('Metropolis')
        await broken.setProps({ movie: movie('Metropolis', { posterUrl: '/posters/found.svg' }) })
        expect(broken.get('img').attributes('src')).toBe('/posters/found.svg')
    })
})

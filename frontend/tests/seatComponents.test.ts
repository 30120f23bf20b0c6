import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick, shallowReactive } from 'vue'
import Legend from '~/components/seats/Legend.vue'
import SeatMap from '~/components/seats/Map.vue'
import Seat from '~/components/seats/Seat.vue'
import type { SeatLook } from '~/utils/seats/look'
import type { PlacedSeat } from '~/utils/seats/room'
import { layOut } from '~/utils/seats/room'
import { placed } from '~/utils/seats/shapes'
import { setLocale } from './support/i18n'
import { mount } from './support/mount'
import { planOf } from './support/rooms'

const looks = shallowReactive(new Map<string, SeatLook>())
let named: string[]
beforeEach(() => {
    looks.clear()
    named = []
})
const model = {
    look: (code: string): SeatLook => looks.get(code) ?? 'free',
    name(seat: PlacedSeat, look: SeatLook) {
        named.push(seat.code)
        return `${seat.code} ${look}`
    },
    isShaken: (code: string) => code === 'A2',
}

describe('a seat', () => {
    const room = layOut(planOf(['spacl']))
    const draw = (code: string) =>
        mount(Seat, { props: { seat: room.byCode.get(code)!, model: { ...model, isTabStop: (one) => one === 'A1' } } })

    it('tells its state by name, attributes and mark', async () => {
        const seat = draw('A1')
        const marks = new Set<string>()
        const seen: unknown[] = []
        for (const look of ['free', 'chosen', 'held', 'sold', 'mine'] as const) {
            looks.set('A1', look)
            await nextTick()
            expect(seat.attributes('aria-label')).toBe(`A1 ${look}`)
            expect(seat.attributes('data-look')).toBe(look)
            marks.add(`${seat.find('.seat-mark').attributes('d')}`)
            seen.push([seat.attributes('aria-selected'), seat.attributes('aria-disabled')])
        }
        // One's own choice has a tick. Of the others the style sheet makes a ring, a dot, and a dot on a chair.
        expect(marks.size).toBe(2)
        expect(seen).toEqual([
            ['false', undefined],
            ['true', undefined],
            ['false', 'true'],
            ['false', 'true'],
            ['false', 'true'],
        ])
    })
    it('has a shape of its own for each kind', () => {
        const shapes = ['A1', 'A2', 'A3', 'A4'].map((code) => {
            const seat = draw(code)
            const kind = seat.find('.seat-kind')
            return `${seat.find('.seat-body').attributes('d')} ${kind.exists() ? kind.attributes('d') : ''}`
        })
        expect(new Set(shapes).size).toBe(4)
    })
    it('is drawn where it stands', () => {
        const curved = layOut(planOf(['ss'], 100)).byCode.get('A2')!
        const shape = placed('M0 0L10 0A5 5 0 0 1 0 10Z', { x: 100, y: 50, angle: 90 })
        expect(shape).toBe('M100 50L100 60A5 5 0 0 1 90 50Z')
        expect(placed('M0 0', curved)).toBe(`M${curved.x} ${curved.y}`)
    })
    it('shows its number, but on places that show what they are for', () => {
        expect(draw('A1').text()).toBe('1')
        expect(draw('A3').text()).toBe('')
    })
    it('shakes when it has been lost, and is the tab stop when it should be', () => {
        expect(draw('A2').classes()).toContain('seat-shaken')
        expect(draw('A1').classes()).not.toContain('seat-shaken')
        expect([draw('A1'), draw('A2')].map((seat) => seat.attributes('tabindex'))).toEqual(['0', '-1'])
    })
})

describe('the map', () => {
    const room = layOut(planOf(['ssss', 'ssss', 'ssss']))
    function draw() {
        const map = mount(SeatMap, {
            props: { room, model, tip: (seat: PlacedSeat) => `tip ${seat.code}` },
            attachTo: document.body,
        })
        const seat = (code: string) => map.get(`[data-seat="${code}"]`)
        return { map, seat }
    }
    const stops = ({ map }: ReturnType<typeof draw>) =>
        map.findAll('[role=gridcell][tabindex="0"]').map((seat) => seat.attributes('data-seat'))

    it('is a grid of rows of seats', () => {
        const { map } = draw()
        const grid = map.get('[role=grid]')
        expect(grid.attributes('aria-label')).toBeTruthy()
        expect(grid.findAll('[role=row]')).toHaveLength(3)
        expect(grid.findAll('[role=row]')[1]!.findAll('[role=gridcell]')).toHaveLength(4)
    })
    it('redraws one seat for a change of one seat', async () => {
        draw()
        named = []
        looks.set('B2', 'held')
        await nextTick()
        expect(named).toEqual(['B2'])
    })
    it('has one tab stop, at first where one sees best, and then where the keyboard was', async () => {
        const drawn = draw()
        expect(stops(drawn)).toHaveLength(1)
        const first = drawn.seat(stops(drawn)[0]!)
        ;(first.element as SVGElement & { focus: () => void }).focus()
        await first.trigger('keydown', { key: 'ArrowUp' })
        expect(document.activeElement?.getAttribute('data-seat')).toMatch(/^A/)
        expect(stops(drawn)).toEqual([document.activeElement?.getAttribute('data-seat')])
    })
    it.each([' ', 'Enter'])('chooses with the key "%s"', async (key) => {
        const { map, seat } = draw()
        await seat('A3').trigger('keydown', { key })
        expect(map.emitted('toggle')).toEqual([['A3']])
    })
    it('leaves other keys to the browser', async () => {
        const { map, seat } = draw()
        const event = new KeyboardEvent('keydown', { key: 'Tab', bubbles: true, cancelable: true })
        seat('A3').element.dispatchEvent(event)
        expect(event.defaultPrevented).toBe(false)
        expect(map.emitted('toggle')).toBeUndefined()
    })
    it('chooses with a click, also one that a screen reader makes', async () => {
        const { map, seat } = draw()
        await seat('A3').trigger('click', { detail: 1 })
        await seat('B1').trigger('pointerdown', { pointerType: 'touch', pointerId: 1 })
        await seat('B1').trigger('click', { detail: 0 })
        expect(map.emitted('toggle')).toEqual([['A3'], ['B1']])
    })
    it('takes a drag for a drag', async () => {
        const { map, seat } = draw()
        const a3 = seat('A3')
        // Listeners are there once it is mounted.
        await nextTick()
        await a3.trigger('pointerdown', { pointerType: 'mouse', button: 0, pointerId: 1, clientX: 10, clientY: 10 })
        await a3.trigger('pointermove', { pointerType: 'mouse', pointerId: 1, clientX: 60, clientY: 10 })
        await a3.trigger('pointerup', { pointerType: 'mouse', pointerId: 1 })
        await a3.trigger('click', { detail: 1 })
        expect(map.emitted('toggle')).toBeUndefined()
    })
})

describe('the legend', () => {
    const categories = [
        { category: 'standard' as const, name: 'Standard', price: '฿220' },
        { category: 'loveseat' as const, name: 'Loveseat', price: '฿300' },
    ]
    it('names each kind with its price, and each state', () => {
        const lists = mount(Legend, { props: { categories } }).findAll('ul')
        expect(lists[0]!.findAll('li').map((line) => line.text())).toEqual(['Standard฿220', 'Loveseat฿300'])
        expect(lists[1]!.findAll('li').map((line) => line.text())).toEqual([
            'Chosen by you',
            'Held for you',
            'Being held',
            'Sold',
        ])
    })
    it('shows seats as the map draws them', () => {
        const legend = mount(Legend, { props: { categories } })
        const states = legend.findAll('ul')[1]!.findAll('[data-look]').map((sample) => sample.attributes('data-look'))
        expect(states).toEqual(['chosen', 'mine', 'held', 'sold'])
    })
    it('speaks Thai', async () => {
        await setLocale('th')
        expect(mount(Legend, { props: { categories } }).text()).toContain('ขายแล้ว')
    })
})

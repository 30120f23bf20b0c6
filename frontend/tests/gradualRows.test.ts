import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, nextTick } from 'vue'
import { useGradualRows } from '~/composables/useGradualRows'
import { layOut } from '~/utils/seats/room'
import { mount } from './support/mount'
import { planOf } from './support/rooms'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function draw(rows: string[]) {
    const room = layOut(planOf(rows))
    let gradual!: ReturnType<typeof useGradualRows>
    const host = defineComponent(() => {
        gradual = useGradualRows(ref(room))
        return () => gradual.rows.value.length
    })
    return { room, wrapper: mount(host), count: () => gradual.rows.value.length, complete: () => gradual.complete.value }
}

it('draws a small room at once', () => {
    const small = draw(['ssss', 'ssss'])
    expect(small.count()).toBe(2)
    expect(small.complete()).toBe(true)
})

it('draws a large one row after row, from the screen on, until it is whole', async () => {
    const { count, complete, room } = draw(Array.from({ length: 40 }, () => 's'.repeat(20)))
    expect(count()).toBe(1)
    const counts = [count()]
    while (!complete()) {
        expect(vi.getTimerCount()).toBe(1)
        await vi.runOnlyPendingTimersAsync()
        counts.push(count())
    }
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(new Set(counts).size).toBe(counts.length)
    expect(counts.length).toBeGreaterThan(3)
    expect(count()).toBe(room.rows.length)
    expect(vi.getTimerCount()).toBe(0)
})

it('stops with the page', async () => {
    const { wrapper } = draw(Array.from({ length: 40 }, () => 's'.repeat(20)))
    await nextTick()
    wrapper.unmount()
    expect(vi.getTimerCount()).toBe(0)
})

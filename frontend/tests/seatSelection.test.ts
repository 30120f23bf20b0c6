import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowReactive } from 'vue'
import { useSeatSelection } from '~/composables/useSeatSelection'
import type { SeatStates } from '~/utils/seats/states'

const me = 'me'
const onLost = vi.fn()
let states: SeatStates
let selection: ReturnType<typeof useSeatSelection>

beforeEach(() => {
    onLost.mockReset()
    states = shallowReactive(new Map())
    for (const code of ['A1', 'A2', 'A3', 'A4', 'A5']) states.set(code, { state: 'AVAILABLE', version: 0 })
    selection = effectScope().run(() => useSeatSelection({ states, limit: () => 3, me: () => me, onLost }))!
})
const take = (code: string, holder: string) => states.set(code, { state: 'LOCKED', version: 1, holder })
const sell = (code: string) => states.set(code, { state: 'BOOKED', version: 2 })

describe('choosing', () => {
    it('keeps the order, and leaves what is chosen again', () => {
        expect(['A2', 'A1', 'A3'].map(selection.toggle)).toEqual(['chosen', 'chosen', 'chosen'])
        expect(selection.toggle('A1')).toBe('left')
        expect(selection.codes.value).toEqual(['A2', 'A3'])
    })
    it('ends at the limit', () => {
        for (const code of ['A1', 'A2', 'A3']) selection.toggle(code)
        expect(selection.toggle('A4')).toBe('limit')
        expect(selection.codes.value).toHaveLength(3)
        selection.toggle('A1')
        expect(selection.toggle('A4')).toBe('chosen')
    })
    it('is refused for seats that are not free, saying why', () => {
        take('A1', 'somebody')
        take('A2', me)
        sell('A3')
        expect(['A1', 'A2', 'A3'].map(selection.toggle)).toEqual(['held', 'mine', 'sold'])
        expect(selection.codes.value).toEqual([])
    })
    it('can replace all of them, up to the limit', () => {
        selection.toggle('A1')
        selection.replace(['A2', 'A3', 'A4', 'A5'])
        expect(selection.codes.value).toEqual(['A2', 'A3', 'A4'])
    })
})

describe('a chosen seat', () => {
    beforeEach(() => ['A1', 'A2', 'A3'].map(selection.toggle))

    it('that others get drops out; the rest stays', async () => {
        take('A1', 'somebody')
        sell('A3')
        await nextTick()
        expect(selection.codes.value).toEqual(['A2'])
        expect(onLost.mock.calls).toEqual([[['A1', 'A3']]])
    })
    it('looks taken at once', () => {
        take('A1', 'somebody')
        expect(selection.look('A1')).toBe('held')
    })
    it('that is now held for me is not lost', async () => {
        take('A1', me)
        await nextTick()
        expect(selection.codes.value).toEqual(['A2', 'A3'])
        expect(onLost).not.toHaveBeenCalled()
    })
    it('stays while the server is asked, and drops out afterwards if it is gone', async () => {
        selection.paused.value = true
        take('A1', 'somebody')
        await nextTick()
        expect(selection.codes.value).toHaveLength(3)
        selection.paused.value = false
        await nextTick()
        expect(selection.codes.value).toEqual(['A2', 'A3'])
        expect(onLost).toHaveBeenCalledExactlyOnceWith(['A1'])
    })
    it('that was lost is told once, whoever says it first', async () => {
        selection.lose(['A1', 'Z9'])
        take('A1', 'somebody')
        await nextTick()
        expect(onLost).toHaveBeenCalledExactlyOnceWith(['A1'])
    })
})

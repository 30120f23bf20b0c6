import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, type EffectScope } from 'vue'
import { usePolling } from '~/composables/usePolling'
import { useTypedFilter } from '~/composables/useTypedFilter'
import { ApiProblem } from '~/utils/api/problem'

let scope: EffectScope
let visibility: DocumentVisibilityState

beforeEach(() => {
    vi.useFakeTimers()
    scope = effectScope()
    visibility = 'visible'
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
})
afterEach(() => {
    scope.stop()
    vi.useRealTimers()
})
async function show(state: DocumentVisibilityState) {
    visibility = state
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(0)
}

describe('polling', () => {
    it('asks at once, and again after each answer', async () => {
        const run = vi.fn(async () => undefined)
        scope.run(() => usePolling(run, 3000))
        expect(run).toHaveBeenCalledTimes(1)
        await vi.advanceTimersByTimeAsync(2999)
        expect(run).toHaveBeenCalledTimes(1)
        await vi.advanceTimersByTimeAsync(1)
        expect(run).toHaveBeenCalledTimes(2)
    })
    it('waits for an answer that takes long', async () => {
        const run = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 10_000)))
        scope.run(() => usePolling(run, 3000))
        await vi.advanceTimersByTimeAsync(12_000)
        expect(run).toHaveBeenCalledTimes(1)
        await vi.advanceTimersByTimeAsync(1000)
        expect(run).toHaveBeenCalledTimes(2)
    })
    it('rests while the tab is hidden, and asks when it is seen again', async () => {
        const run = vi.fn(async () => undefined)
        scope.run(() => usePolling(run, 3000))
        await show('hidden')
        await vi.advanceTimersByTimeAsync(60_000)
        expect(run).toHaveBeenCalledTimes(1)
        await show('visible')
        expect(run).toHaveBeenCalledTimes(2)
    })
    it('drops what is under way when it has to stop', async () => {
        const signals: AbortSignal[] = []
        scope.run(() => usePolling((signal) => (signals.push(signal), new Promise(() => undefined)), 3000))
        scope.stop()
        expect(signals[0]!.aborted).toBe(true)
    })
    it('asks less and less often while it fails, and tells why', async () => {
        const run = vi.fn(async () => {
            throw new ApiProblem({ kind: 'offline' })
        })
        const { problem } = scope.run(() => usePolling(run, 3000))!
        await vi.advanceTimersByTimeAsync(0)
        expect(problem.value?.kind).toBe('offline')
        await vi.advanceTimersByTimeAsync(3000 + 6000 + 12_000 + 24_000)
        expect(run).toHaveBeenCalledTimes(5)
        await vi.advanceTimersByTimeAsync(29_999)
        expect(run).toHaveBeenCalledTimes(5)
        await vi.advanceTimersByTimeAsync(1)
        expect(run).toHaveBeenCalledTimes(6)
    })
    it('comes back as soon as the server says, and is its old self again', async () => {
        const answers = [
            () => Promise.reject(new ApiProblem({ kind: 'overloaded', retryAfterSeconds: 20 })),
            () => Promise.resolve(),
        ]
        const run = vi.fn(() => (answers.shift() ?? (() => Promise.resolve()))())
        const { problem } = scope.run(() => usePolling(run, 3000))!
        await vi.advanceTimersByTimeAsync(19_999)
        expect(run).toHaveBeenCalledTimes(1)
        await vi.advanceTimersByTimeAsync(1)
        expect(run).toHaveBeenCalledTimes(2)
        expect(problem.value).toBeUndefined()
        await vi.advanceTimersByTimeAsync(3000)
        expect(run).toHaveBeenCalledTimes(3)
    })
})

describe('a typed filter', () => {
    it('is set once the typing pauses, without the spaces around it', async () => {
        const current = ref('')
        const set = vi.fn((text: string) => (current.value = text))
        const text = scope.run(() => useTypedFilter(() => current.value, set))!
        text.value = ' de'
        await vi.advanceTimersByTimeAsync(300)
        text.value = ' demo '
        await vi.advanceTimersByTimeAsync(399)
        expect(set).not.toHaveBeenCalled()
        await vi.advanceTimersByTimeAsync(1)
        expect(set.mock.calls).toEqual([['demo']])
        expect(text.value).toBe(' demo ')
    })
    it('follows the address, but not while somebody types', async () => {
        const current = ref('old')
        const text = scope.run(() => useTypedFilter(() => current.value, () => undefined))!
        current.value = 'from a link'
        await vi.advanceTimersByTimeAsync(0)
        expect(text.value).toBe('from a link')
        text.value = 'typing'
        current.value = 'late answer'
        await vi.advanceTimersByTimeAsync(0)
        expect(text.value).toBe('typing')
    })
})

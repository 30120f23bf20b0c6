import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useResource } from '~/composables/useResource'
import { ApiProblem } from '~/utils/api/problem'

function deferred<T>() {
    let resolve!: (value: T) => void
    let reject!: (reason: unknown) => void
    const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]))
    return { promise, resolve, reject }
}

it('loads, fails, and keeps what it has', async () => {
    const offline = () => Promise.reject(new ApiProblem({ kind: 'offline' }))
    const answers = [() => Promise.resolve('first'), offline, () => Promise.resolve('third')]
    const scope = effectScope()
    const resource = scope.run(() => useResource<string>(() => answers.shift()!()))!
    expect(resource.pending.value).toBe(true)
    await flushPromises()
    expect(resource.data.value).toBe('first')
    expect(resource.pending.value).toBe(false)
    await resource.reload()
    expect(resource.problem.value?.kind).toBe('offline')
    expect(resource.data.value).toBe('first')
    await resource.reload()
    expect(resource.problem.value).toBeUndefined()
    expect(resource.data.value).toBe('third')
    scope.stop()
})

it('drops an answer that a newer request has overtaken', async () => {
    const first = deferred<string>()
    const second = deferred<string>()
    const signals: AbortSignal[] = []
    const which = ref(1)
    const scope = effectScope()
    const { data } = scope.run(() =>
        useResource(
            (signal) => {
                signals.push(signal)
                return which.value === 1 ? first.promise : second.promise
            },
            { watch: which },
        ),
    )!
    which.value = 2
    await nextTick()
    second.resolve('second')
    await flushPromises()
    first.resolve('first')
    await flushPromises()
    expect(data.value).toBe('second')
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false])
    scope.stop()
})

it('aborts when its component goes', () => {
    let signal!: AbortSignal
    const scope = effectScope()
    scope.run(() =>
        useResource((given) => {
            signal = given
            return new Promise(() => undefined)
        }),
    )
    scope.stop()
    expect(signal.aborted).toBe(true)
})

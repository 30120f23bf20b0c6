import { beforeEach, expect, it, vi } from 'vitest'
import { createFrameBatch } from '~/utils/seats/frameBatch'

let frames: Map<number, () => void>
beforeEach(() => {
    frames = new Map()
    let last = 0
    vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
        frames.set(++last, callback)
        return last
    })
    vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id))
})
function frame() {
    const due = [...frames.values()]
    frames.clear()
    for (const callback of due) callback()
}

it('hands over once per frame, in order', () => {
    const deliver = vi.fn()
    const batch = createFrameBatch<number>(deliver)
    batch.add(1)
    batch.add(2)
    expect(frames.size).toBe(1)
    expect(deliver).not.toHaveBeenCalled()
    frame()
    expect(deliver.mock.calls).toEqual([[[1, 2]]])
    batch.add(3)
    frame()
    expect(deliver).toHaveBeenLastCalledWith([3])
})
it('asks for no frame while nothing waits', () => {
    const batch = createFrameBatch<number>(vi.fn())
    batch.add(1)
    frame()
    expect(frames.size).toBe(0)
})
it('forgets what waits when told to', () => {
    const deliver = vi.fn()
    const batch = createFrameBatch<number>(deliver)
    batch.add(1)
    batch.drop()
    frame()
    expect(deliver).not.toHaveBeenCalled()
    batch.add(2)
    frame()
    expect(deliver).toHaveBeenCalledWith([2])
})
it('does not grow without bound in a tab that has no frames', () => {
    const deliver = vi.fn()
    const batch = createFrameBatch<number>(deliver, 3)
    for (let item = 1; item <= 7; item++) batch.add(item)
    expect(deliver.mock.calls).toEqual([[[1, 2, 3]], [[4, 5, 6]]])
    frame()
    expect(deliver).toHaveBeenLastCalledWith([7])
})

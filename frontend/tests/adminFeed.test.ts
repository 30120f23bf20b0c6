import { describe, expect, it } from 'vitest'
import { feedMax, mergeFeed } from '~/utils/admin/feed'
import type { AuditLog } from '~/utils/api/contract'

const event = (number: number, at = number): AuditLog => ({
    id: String(number).padStart(24, '0'),
    eventId: `event-${number}`,
    eventType: 'BookingLocked',
    createdAt: new Date(at * 1000).toISOString(),
})
const numbers = (events: readonly AuditLog[]) => events.map(({ id }) => Number(id))

describe('the feed', () => {
    it('begins with what there is, newest first', () => {
        expect(numbers(mergeFeed([], [event(1), event(3), event(2)]))).toEqual([3, 2, 1])
    })
    it('adds what is new and shows nothing twice', () => {
        const before = mergeFeed([], [event(2), event(1)])
        expect(numbers(mergeFeed(before, [event(3), event(2), event(1)]))).toEqual([3, 2, 1])
        expect(numbers(mergeFeed(before, [event(2), event(2)]))).toEqual([2, 1])
    })
    it('puts a late event where it belongs; of one instant the later id first', () => {
        const before = mergeFeed([], [event(5, 10), event(1, 1)])
        expect(numbers(mergeFeed(before, [event(4, 10), event(2, 5)]))).toEqual([5, 4, 2, 1])
    })
    it('forgets what is too far down', () => {
        const many = Array.from({ length: feedMax + 5 }, (_, index) => event(index))
        const feed = mergeFeed([], many)
        expect(feed).toHaveLength(feedMax)
        expect(numbers(feed)[0]).toBe(feedMax + 4)
    })
})

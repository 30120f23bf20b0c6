import { expect, it } from 'vitest'
import { useFreshTicket } from '~/composables/useFreshTicket'

it('is fresh once, and only where it belongs', () => {
    useFreshTicket().announce('a')
    expect(useFreshTicket().take('a')).toBe(true)
    expect(useFreshTicket().take('a')).toBe(false)
    useFreshTicket().announce('a')
    expect(useFreshTicket().take('b')).toBe(false)
    expect(useFreshTicket().take('a')).toBe(false)
})

import { mount } from '@vue/test-utils'
import { encode } from 'uqr'
import { expect, it } from 'vitest'
import Qr from '~/components/tickets/Qr.vue'
import { qrCode } from '~/composables/useQrCode'

const bookingId = '674350e0a4f1b2c3d4e5f708'

/** The modules that the path paints. */
function painted(path: string, size: number): boolean[][] {
    const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false))
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
        for (let step = 0; step < Number(width); step++) modules[Number(y)]![Number(x) + step] = true
    }
    return modules
}

it('is drawn module by module, with four light ones around', () => {
    const { size, path } = qrCode(bookingId)
    const modules = painted(path, size)
    const bare = encode(bookingId, { ecc: 'Q', border: 0 })
    expect(size).toBe(bare.size + 8)
    expect(modules.slice(4, -4).map((row) => row.slice(4, -4))).toEqual(bare.data)
    const quiet = modules.flatMap((row, y) => row.filter((_, x) => Math.min(x, y, size - 1 - x, size - 1 - y) < 4))
    expect(quiet.some(Boolean)).toBe(false)
})

it('has a name for those who do not see it, and is dark on light in every theme', () => {
    const svg = mount(Qr, { props: { bookingId } }).get('svg')
    expect(svg.attributes('role')).toBe('img')
    expect(svg.get(`[id="${svg.attributes('aria-labelledby')}"]`).text()).toBe('QR code of booking D4E5-F708')
    expect(svg.get('rect').attributes('fill')).toBe('#fff')
    expect(svg.get('path').attributes('fill')).toBe('#000')
})

import { describe, expect, it } from 'vitest'
import { clampView, fitView, panBy, reveal, toDrawing, zoomAt, type Extent } from '~/utils/seats/view'

const extent: Extent = { width: 400, height: 500, contentWidth: 400, contentHeight: 300, zoomMax: 4, below: 0 }

describe('the view', () => {
    it('begins with the whole drawing, in the middle', () => {
        expect(fitView(extent)).toEqual({ zoom: 1, x: 0, y: 100 })
    })
    it('leaves the place below a small drawing free', () => {
        expect(fitView({ ...extent, below: 120 }).y).toBe(40)
    })
    it('keeps what the fingers are on under them', () => {
        const at = { x: 100, y: 250 }
        const before = fitView(extent)
        const after = zoomAt(before, 2.5, at, extent)
        expect(toDrawing(after, at)).toEqual(toDrawing(before, at))
    })
    it('goes no nearer than is useful, and no farther than the whole', () => {
        expect(zoomAt(fitView(extent), 99, { x: 0, y: 0 }, extent).zoom).toBe(4)
        expect(zoomAt({ zoom: 3, x: -100, y: -100 }, 0.1, { x: 0, y: 0 }, extent)).toEqual(fitView(extent))
    })
    it('stops at the drawing’s edges', () => {
        const near = zoomAt(fitView(extent), 2, { x: 200, y: 250 }, extent)
        expect(panBy(near, 9999, 9999, extent)).toMatchObject({ x: 0, y: 0 })
        expect(panBy(near, -9999, -9999, extent)).toMatchObject({ x: 400 - 800, y: 500 - 600 })
    })
    it('does not move what is seen whole', () => {
        expect(panBy(fitView(extent), 50, 50, extent)).toEqual(fitView(extent))
    })
    it('moves just as far as is needed to show a place', () => {
        const near = clampView({ zoom: 4, x: 0, y: 0 }, extent)
        expect(reveal(near, { x: 50, y: 50 }, 20, extent)).toEqual(near)
        // At 1200 px of the drawing; the window ends at 400, less the border.
        expect(reveal(near, { x: 300, y: 50 }, 20, extent).x).toBe(400 - 20 - 1200)
    })
})

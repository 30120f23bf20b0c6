/**
 * What part of the drawing the window shows. The drawing's point p, measured as it is at zoom 1,
 * stands in the window at `p * zoom + (x, y)`; all in CSS pixels.
 */
export interface View {
    zoom: number
    x: number
    y: number
}

/** The window and the whole drawing at zoom 1, in CSS pixels. */
export interface Extent {
    width: number
    height: number
    contentWidth: number
    contentHeight: number
    zoomMax: number
    /** What is to stay free below a drawing that is smaller than the window. */
    below: number
}

export interface Spot {
    x: number
    y: number
}

/** Where a drawing of this size begins: in the middle when it is smaller, never leaving a gap when larger. */
function settle(offset: number, size: number, room: number, after = 0): number {
    if (size <= room) return Math.max(0, (room - after - size) / 2)
    return Math.min(0, Math.max(room - size, offset))
}

export function clampView(view: View, extent: Extent): View {
    const zoom = Math.min(extent.zoomMax, Math.max(1, view.zoom))
    return {
        zoom,
        x: settle(view.x, extent.contentWidth * zoom, extent.width),
        y: settle(view.y, extent.contentHeight * zoom, extent.height, extent.below),
    }
}

/** The whole drawing, in the middle. */
export function fitView(extent: Extent): View {
    return clampView({ zoom: 1, x: 0, y: 0 }, extent)
}

/** Nearer or farther, while what is at `at` (window) stays there as far as the edges allow. */
export function zoomAt(view: View, zoom: number, at: Spot, extent: Extent): View {
    const wanted = Math.min(extent.zoomMax, Math.max(1, zoom))
    const grown = wanted / view.zoom
    return clampView({ zoom: wanted, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown }, extent)
}

export function panBy(view: View, dx: number, dy: number, extent: Extent): View {
    return clampView({ zoom: view.zoom, x: view.x + dx, y: view.y + dy }, extent)
}

/** Moves as little as is needed to have a spot of the drawing inside the window, `border` from its edge. */
export function reveal(view: View, spot: Spot, border: number, extent: Extent): View {
    const inside = (position: number, size: number) =>
        Math.max(0, border - position) - Math.max(0, position - (size - border))
    return panBy(
        view,
        inside(spot.x * view.zoom + view.x, extent.width),
        inside(spot.y * view.zoom + view.y, extent.height),
        extent,
    )
}

/** A spot of the window, as one of the drawing at zoom 1. */
export function toDrawing(view: View, at: Spot): Spot {
    return { x: (at.x - view.x) / view.zoom, y: (at.y - view.y) / view.zoom }
}

import { useElementSize, useEventListener } from '@vueuse/core'
import type { Ref } from 'vue'
import { seatPitch, type Point, type Room } from '~/utils/seats/room'
import { fitView, clampView, panBy, reveal as revealSpot, toDrawing, zoomAt, type Extent, type Spot, type View } from '~/utils/seats/view'

/** From seat to seat, CSS pixels: the most when the whole room is shown … */
const fittedPitchMax = 46
/** … when one has come as near as one can … */
const nearestPitch = 60
/** … when a tap has led nearer; … */
const comfortablePitch = 40
/** … the least that a finger can hit; a seat is four fifths of it wide … */
const hittablePitch = 30
/** … and from here on numbers can be read. */
const legiblePitch = 28

const buttonFactor = 1.6
/** A finger that moves less has tapped. */
const slopPx = 8
const doubleTapMs = 300

/** The window onto the room: fits it, zooms and pans it with fingers, mouse, trackpad and buttons. */
export function useMapView(
    frame: Ref<HTMLElement | null | undefined>,
    room: Ref<Room>,
    /** What is shown below the room, as long as there is so much free space. */
    belowPx: Ref<number>,
) {
    const { width, height } = useElementSize(frame)

    /** CSS pixels per unit of the drawing at zoom 1. */
    const scale = computed(() => {
        const { box } = room.value
        return Math.min(width.value / box.width, height.value / box.height, fittedPitchMax / seatPitch)
    })
    const extent = computed<Extent>(() => ({
        width: width.value,
        height: height.value,
        contentWidth: room.value.box.width * scale.value,
        contentHeight: room.value.box.height * scale.value,
        zoomMax: Math.max(1, nearestPitch / (seatPitch * scale.value || 1)),
        below: roomBelow.value ? belowPx.value : 0,
    }))
    const roomBelow = computed(() => height.value - room.value.box.height * scale.value >= belowPx.value)
    const view = shallowRef<View>({ zoom: 1, x: 0, y: 0 })
    /** Whether fingers or mouse are moving it at this moment. */
    const moving = ref(false)

    watch(extent, (now, before) => {
        if (now.width === 0) return
        const whole = before.width === 0 || view.value.zoom === 1
        view.value = whole ? fitView(now) : clampView(view.value, now)
    })

    const pitch = computed(() => seatPitch * scale.value * view.value.zoom)
    const centre = (): Spot => ({ x: width.value / 2, y: height.value / 2 })
    const zoomTo = (zoom: number, at: Spot = centre()) => (view.value = zoomAt(view.value, zoom, at, extent.value))

    function spotOf({ clientX, clientY }: { clientX: number; clientY: number }): Spot {
        const box = frame.value!.getBoundingClientRect()
        return { x: clientX - box.left, y: clientY - box.top }
    }
    /** A place of the room, measured as zoom 1 shows it. */
    const onDrawing = ({ x, y }: Point): Spot => ({
        x: (x - room.value.box.left) * scale.value,
        y: (y - room.value.box.top) * scale.value,
    })

    /** What of the room is at a place of the window. */
    function toRoom(at: Spot): Point {
        const { x, y } = toDrawing(view.value, at)
        const { box } = room.value
        return { x: x / scale.value + box.left, y: y / scale.value + box.top }
    }

    const fingers = new Map<number, Spot>()
    let begun: Spot = { x: 0, y: 0 }
    /** Whether what the fingers did was more than a tap, so that no click may follow. */
    let moved = false

    function press(event: PointerEvent) {
        if (event.pointerType === 'mouse' && event.button !== 0) return
        if (fingers.size === 0) {
            moved = false
            begun = spotOf(event)
        }
        fingers.set(event.pointerId, spotOf(event))
    }
    function drag(event: PointerEvent) {
        const from = fingers.get(event.pointerId)
        if (!from) return
        const to = spotOf(event)
        if (!moved && fingers.size === 1) {
            if (Math.hypot(to.x - begun.x, to.y - begun.y) < slopPx) return
        }
        if (!moved) frame.value?.setPointerCapture(event.pointerId)
        moved = true
        moving.value = true
        const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1]
        fingers.set(event.pointerId, to)
        if (other) pinch(from, to, other)
        else view.value = panBy(view.value, to.x - from.x, to.y - from.y, extent.value)
    }
    function pinch(from: Spot, to: Spot, other: Spot) {
        const middle = (a: Spot) => ({ x: (a.x + other.x) / 2, y: (a.y + other.y) / 2 })
        const apart = (a: Spot) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y))
        const before = middle(from)
        const after = middle(to)
        zoomTo((view.value.zoom * apart(to)) / apart(from), before)
        view.value = panBy(view.value, after.x - before.x, after.y - before.y, extent.value)
    }
    function lift(event: PointerEvent) {
        fingers.delete(event.pointerId)
        if (fingers.size === 0) moving.value = false
    }

    useEventListener(frame, 'pointerdown', press)
    useEventListener(frame, 'pointermove', drag)
    useEventListener(frame, ['pointerup', 'pointercancel'], lift)
    useEventListener(
        frame,
        'click',
        (event: MouseEvent) => {
            // A click without a press is a keyboard's or a screen reader's.
            if (moved && event.detail > 0) event.stopPropagation()
            moved = false
        },
        { capture: true },
    )
    // What a trackpad's pinch, and the wheel with Ctrl, arrive as. The wheel alone scrolls the page.
    useEventListener(
        frame,
        'wheel',
        (event: WheelEvent) => {
            if (!event.ctrlKey) return
            event.preventDefault()
            zoomTo(view.value.zoom * Math.exp(-event.deltaY / 100), spotOf(event))
        },
        { passive: false },
    )

    let lastTap = -Infinity
    return {
        width,
        view,
        /** Whether what goes below the room has its place now. */
        roomBelow: computed(() => roomBelow.value && view.value.zoom <= 1.001),
        scale,
        moving,
        /** Whether the whole room is shown already, or one can come no nearer. */
        atFit: computed(() => view.value.zoom <= 1.001),
        atNearest: computed(() => view.value.zoom >= extent.value.zoomMax - 0.001),
        zoomable: computed(() => extent.value.zoomMax > 1.25),
        legible: computed(() => pitch.value >= legiblePitch),
        pitch,
        zoomIn: () => zoomTo(view.value.zoom * buttonFactor),
        zoomOut: () => zoomTo(view.value.zoom / buttonFactor),
        fit: () => (view.value = fitView(extent.value)),
        /**
         * What a tap does that is not for a seat: leads nearer while seats are too small to be hit;
         * otherwise, when doubled, shows the whole room again. Tells whether the tap is used up.
         */
        tapped(event: MouseEvent): boolean {
            if (pitch.value < hittablePitch) {
                zoomTo((view.value.zoom * comfortablePitch) / pitch.value, spotOf(event))
                return true
            }
            return false
        },
        tappedFloor(event: MouseEvent) {
            const double = event.timeStamp - lastTap < doubleTapMs
            lastTap = double ? -Infinity : event.timeStamp
            if (double) view.value = fitView(extent.value)
        },
        /** Where a place of the room stands in the window. */
        inWindow(place: Point): Spot {
            const { x, y } = onDrawing(place)
            return { x: x * view.value.zoom + view.value.x, y: y * view.value.zoom + view.value.y }
        },
        toRoom,
        /** What of the room an event is about. */
        inRoom: (event: MouseEvent): Point => toRoom(spotOf(event)),
        /** Brings a place of the room into the window. */
        reveal(place: Point) {
            view.value = revealSpot(view.value, onDrawing(place), pitch.value * 1.5, extent.value)
        },
    }
}

export type MapView = ReturnType<typeof useMapView>

import { encode } from 'uqr'

/** Modules of light around the code: what the standard asks for. */
const quietZone = 4

export interface QrCode {
    /** Modules on each side, quiet zone included. */
    size: number
    /** The dark modules, one unit each, as an SVG path. */
    path: string
}

/** A QR code to be drawn in one path; quarter of it may be damaged (level Q). */
export function qrCode(text: string): QrCode {
    const { size, data } = encode(text, { ecc: 'Q', border: quietZone })
    let path = ''
    data.forEach((row, y) => {
        for (let x = 0; x < size; x++) {
            if (!row[x]) continue
            const begin = x
            while (row[x + 1]) x++
            path += `M${begin} ${y}h${x + 1 - begin}v1H${begin}z`
        }
    })
    return { size, path }
}

/** `['A1', 'A2', 'A3', 'B7']` → `['A1–A3', 'B7']`: neighbours by number, in the order they came in. */
export function seatRanges(seats: readonly string[]): string[] {
    const runs: { row: string; first: number; last: number; code: string }[] = []
    for (const code of seats) {
        const [, row = code, digits = ''] = /^([A-Z]+)(\d+)$/.exec(code) ?? []
        const number = Number(digits)
        const run = runs.at(-1)
        if (run && digits && run.row === row && run.last + 1 === number) run.last = number
        else runs.push({ row, first: number, last: number, code })
    }
    // Two seats are no range yet.
    return runs.flatMap(({ row, first, last, code }) => {
        if (first === last) return [code]
        return last === first + 1 ? [code, `${row}${last}`] : [`${code}–${row}${last}`]
    })
}

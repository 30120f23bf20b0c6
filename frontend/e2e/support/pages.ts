import { expect, type Locator, type Page } from '@playwright/test'
import type { Showtime } from './api.ts'

/** What people do on the pages, by the names they are told. In English. */

export type SeatState = 'free' | 'chosen by you' | 'held for you' | 'being held by somebody' | 'sold'

/** The seat `F7` of the map. */
export function seat(page: Page, code: string): Locator {
    const [, row, number] = /^([A-Z]+)(\d+)$/.exec(code) ?? []
    return page.getByRole('gridcell', { name: new RegExp(`^Row ${row}, seat ${number},`) })
}
export async function expectSeats(page: Page, codes: readonly string[], state: SeatState): Promise<void> {
    for (const code of codes) await expect(seat(page, code)).toHaveAccessibleName(new RegExp(`, ${state}$`))
}

/** What the map says of its connection. */
export const connection = (page: Page, says: 'Live' | 'Reconnecting' | 'Offline'): Locator =>
    page.getByRole('status').filter({ hasText: new RegExp(`^\\s*${says}\\s*$`) })

/** Until what is chosen from here on meets the present state of the seats. */
export const expectLive = (page: Page): Promise<void> => expect(connection(page, 'Live')).toBeVisible()

export async function choose(page: Page, codes: readonly string[]): Promise<void> {
    await expectLive(page)
    for (const code of codes) await seat(page, code).click()
    await expectSeats(page, codes, 'chosen by you')
}

export const yourSeats = (page: Page): Locator => page.getByRole('region', { name: 'Your seats', exact: true })
export const holdButton = (page: Page): Locator => yourSeats(page).getByRole('button', { name: 'Hold seats' })

/** Chooses, holds, and is at the checkout afterwards. Resolves to the booking's id. */
export async function hold(page: Page, codes: readonly string[]): Promise<string> {
    await choose(page, codes)
    await holdButton(page).click()
    return atCheckout(page)
}
export async function atCheckout(page: Page): Promise<string> {
    await expect(page.getByRole('heading', { level: 1, name: 'Nearly in your seats' })).toBeVisible()
    return lastPart(page)
}
export async function payAndConfirm(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Pay and confirm' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Enjoy the film' })).toBeVisible()
}
export const lastPart = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1)!

const zone = 'Asia/Bangkok'
const english = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options })

/** ฿240, as the pages write it. */
export const money = (minor: number): string =>
    new Intl.NumberFormat('en-GB', {
        style: 'currency',
        currency: 'THB',
        currencyDisplay: 'narrowSymbol',
        maximumFractionDigits: 0,
    }).format(minor / 100)

/** When it begins, by the cinema's clock: `18:30`. */
export const timeOf = ({ startTime }: Pick<Showtime, 'startTime'>): string =>
    english({ hour: '2-digit', minute: '2-digit' }).format(new Date(startTime))

/** The name of its day among the days to choose from: `Tue 24 Nov`, `Today 23 Nov`. */
export function dayOf({ startTime }: Pick<Showtime, 'startTime'>): string {
    const start = new Date(startTime)
    const date = english({ day: 'numeric', month: 'short' })
    const today = date.format(start) === date.format(new Date())
    return `${today ? 'Today' : english({ weekday: 'short' }).format(start)} ${date.format(start)}`
}

/** Its day as sentences and the box office name it: `Today`, `Tomorrow`, `Tue 24 Nov`. */
export function relativeDayOf({ startTime }: Pick<Showtime, 'startTime'>): string {
    const iso = new Intl.DateTimeFormat('en-CA', { timeZone: zone })
    const ahead = (Date.parse(iso.format(new Date(startTime))) - Date.parse(iso.format(new Date()))) / 86_400_000
    const name = english({ weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(startTime))
    return ['Today', 'Tomorrow'][ahead] ?? name
}

/** D4E5-F708, as it stands on the ticket. */
export const codeOf = (bookingId: string): string =>
    bookingId.slice(-8).toUpperCase().replace(/^(.{4})/, '$1-')

/** Presses Tab until the focus is there, as somebody without a mouse has to. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
    const pressesMax = 80
    await expect(target).toBeVisible()
    for (let presses = 0; presses < pressesMax; presses++) {
        await page.keyboard.press('Tab')
        if (await target.evaluate((element) => element === document.activeElement)) return
    }
    throw new Error(`${pressesMax} presses of Tab did not lead to ${target.toString()}`)
}

import type { Formatter } from '~/utils/format'
import type { Amounts } from './figures'

/** `฿1,200 + $40`; a plain 0 when there is nothing, because then there is no currency either. */
export function amountsText(amounts: Amounts, f: Pick<Formatter, 'money' | 'number'>): string {
    if (amounts.length === 0) return f.number(0)
    return amounts.map(({ amount, currency }) => f.money(amount, currency)).join(' + ')
}

/** For an axis: `฿12K`. */
export function compactMoney(minor: number, currency: string, locale: string): string {
    const format = new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        notation: 'compact',
        maximumFractionDigits: 1,
    })
    // Compact notation does not tell how many minor units the currency has.
    const digits = new Intl.NumberFormat(locale, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits
    return format.format(minor / 10 ** (digits ?? 2))
}

import type { Ref } from 'vue'
import type { SeatCategory, ShowtimeDetail } from '~/utils/api/contract'
import { seatLooks, type SeatLook } from '~/utils/seats/look'
import type { PlacedSeat } from '~/utils/seats/room'

/** In the order in which they are listed. */
export const seatCategories: readonly SeatCategory[] = ['standard', 'premium', 'loveseat', 'accessible', 'companion']

/** No text has these. */
const [rowMark, numberMark] = ['\u0001', '\u0002']

/** What seats are called and cost, in the reader's language. */
export function useSeatWords(showtime: Ref<ShowtimeDetail | undefined>) {
    const { t } = useI18n()
    const f = useFormat()

    /** Minor units; the catalogue has a price for each category of the room. */
    const priceOf = (category: SeatCategory): number => showtime.value?.prices[category] ?? 0
    const money = (minor: number): string => (showtime.value ? f.money(minor, showtime.value.currency) : '')

    // Written once for all seats, not at every change of one.
    const categories = computed(
        () =>
            new Map(
                seatCategories.map((category) => [
                    category,
                    { name: t(`seats.category.${category}`), price: money(priceOf(category)) },
                ]),
            ),
    )
    const looks = computed(() => new Map(seatLooks.map((look) => [look, t(`seats.look.${look}`)])))
    /** The names of seats of one kind and look, with marks for the row and the number. */
    const patterns = computed(() => {
        void [categories.value, looks.value]
        return new Map<string, string>()
    })
    function patternOf(category: SeatCategory, look: SeatLook): string {
        const key = `${category} ${look}`
        let pattern = patterns.value.get(key)
        if (pattern === undefined) {
            const state = looks.value.get(look) ?? look
            const kind = { category: categoryName(category), price: priceText(category), state }
            patterns.value.set(key, (pattern = t('seats.name', { row: rowMark, number: numberMark, ...kind })))
        }
        return pattern
    }
    const categoryName = (category: SeatCategory): string => categories.value.get(category)?.name ?? category
    const priceText = (category: SeatCategory): string => categories.value.get(category)?.price ?? ''

    return {
        priceOf,
        priceText,
        money,
        categoryName,
        /** `F7 · Premium · ฿280` */
        short: (seat: PlacedSeat): string =>
            [seat.code, categoryName(seat.category), priceText(seat.category)].join(' · '),
        /** `Row F, seat 7, Premium, ฿280, free` */
        full: ({ category, row, number }: PlacedSeat, look: SeatLook): string =>
            patternOf(category, look).replace(rowMark, () => row).replace(numberMark, () => String(number)),
    }
}

export type SeatWords = ReturnType<typeof useSeatWords>

import type { Ref } from 'vue'
import type { SeatCategory, ShowtimeDetail } from '~/utils/api/contract'
import { seatLooks, type SeatLook } from '~/utils/seats/look'
import type { PlacedSeat } from '~/utils/seats/room'

/** In the order in which they are listed. */
export const seatCategories: readonly SeatCategory[] = ['standard', 'premium', 'loveseat', 'accessible', 'companion']

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
        full: (seat: PlacedSeat, look: SeatLook): string =>
            t('seats.name', {
                row: seat.row,
                number: seat.number,
                category: categoryName(seat.category),
                price: priceText(seat.category),
                state: looks.value.get(look) ?? look,
            }),
    }
}

export type SeatWords = ReturnType<typeof useSeatWords>

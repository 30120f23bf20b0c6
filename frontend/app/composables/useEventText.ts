import { seatRanges } from '~/utils/admin/seatRanges'
import type { AuditLog } from '~/utils/api/contract'

/** An event in words: "G7–G10 sold for ฿1,280". */
export function useEventText(): (event: AuditLog) => string {
    const { t } = useI18n()
    const f = useFormat()
    return ({ eventType, seats, payload, userId }) => {
        const { amount, currency, cancelledBy } = payload ?? {}
        const known = seats?.length && typeof amount === 'number' && typeof currency === 'string'
        if (!known) return t(`admin.events.${eventType}.name`)
        const byStaff = eventType === 'BookingCancelled' && cancelledBy !== undefined && cancelledBy !== userId
        return t(byStaff ? 'admin.events.BookingCancelled.byStaff' : `admin.events.${eventType}.text`, {
            seats: seatRanges(seats).join(', '),
            amount: f.money(amount, currency),
        })
    }
}

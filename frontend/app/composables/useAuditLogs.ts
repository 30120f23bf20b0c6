import { auditFilters, type Filters } from '~/utils/admin/filters'
import { instantOf } from '~/utils/admin/zonedTime'
import type { EventType } from '~/utils/api/contract'

const pageRows = 50

export type AuditFilters = Filters<keyof typeof auditFilters>

const fieldOf = {
    event_type: 'type',
    booking_id: 'booking',
    user_id: 'user',
    date_from: 'from',
    date_to: 'to',
} as const

/** The API's words for the filters: times of the cinema's clock become instants. */
export function auditQuery({ type, booking, user, from, to }: AuditFilters, timeZone: string) {
    const instant = (local: string) => {
        const found = instantOf(local, timeZone)
        return found === undefined ? undefined : new Date(found).toISOString()
    }
    return {
        event_type: (type || undefined) as EventType | undefined,
        booking_id: booking || undefined,
        user_id: user || undefined,
        date_from: instant(from),
        date_to: instant(to),
    }
}

/** The audit log page: what it is filtered by and the page of entries. */
export function useAuditLogs() {
    const { t } = useI18n()
    const api = useApi()
    const site = useSiteStore()
    const place = useUrlFilters(auditFilters)
    const query = computed(() => auditQuery(place.filters.value, site.info.timeZone))

    const list = useResource(
        (signal) =>
            api.page('/api/admin/audit-logs', {
                query: { ...query.value, limit: pageRows, cursor: place.cursor.value },
                signal,
            }),
        { watch: place.key },
    )
    const { errors: refused, told } = useFilterErrors(
        () => list.problem.value,
        fieldOf,
        (field) => t(`admin.audit.errors.${field}`),
    )
    /** The server finds nothing in a range that ends before it begins; people want to be told why. */
    const errors = computed(() => {
        const { from, to } = place.filters.value
        return from && to && from >= to ? { ...refused.value, to: t('admin.audit.errors.order') } : refused.value
    })
    return { place, query, list, errors, told }
}

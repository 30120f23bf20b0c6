import { countRecords, csvFileName, csvRowsMax } from '~/utils/admin/csv'
import { asProblem } from '~/utils/api/problem'
import { auditQuery, type AuditFilters } from './useAuditLogs'

/** A full export takes the server a while. */
const timeoutMs = 120_000

function save(file: Blob, name: string) {
    const url = URL.createObjectURL(file)
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** The download of what is filtered, and what came of it. */
export function useAuditExport() {
    const { t } = useI18n()
    const api = useApi()
    const site = useSiteStore()
    const f = useFormat()
    const textOf = useProblemText()
    const busy = ref(false)
    const outcome = ref<{ failed: boolean; text: string }>()

    async function download(filters: AuditFilters): Promise<void> {
        if (busy.value) return
        busy.value = true
        outcome.value = undefined
        try {
            const query = { ...auditQuery(filters, site.info.timeZone), limit: csvRowsMax }
            const file = await api.download('/api/admin/audit-logs.csv', query, { timeout: timeoutMs })
            const rows = countRecords(await file.text())
            save(file, csvFileName(filters, f.dayKey(serverNow())))
            const text = t('admin.audit.export.saved', { n: f.number(rows) }, rows)
            const cut = rows >= csvRowsMax ? ` ${t('admin.audit.export.cut')}` : ''
            outcome.value = { failed: false, text: text + cut }
        } catch (error) {
            outcome.value = { failed: true, text: textOf(asProblem(error)) }
        } finally {
            busy.value = false
        }
    }
    return { busy, outcome, download }
}

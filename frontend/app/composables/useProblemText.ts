import { asProblem } from '~/utils/api/problem'

/**
 * What to tell people when a call has failed, in their language. A page that can say it better
 * (`seats-taken`, `hold-expired`) branches on `problem.kind` first.
 */
export function useProblemText(): (error: unknown) => string {
    const { t, te } = useNuxtApp().$i18n
    return (error) => {
        const problem = asProblem(error)
        const key = `common.problems.${problem.kind}`
        if (te(key)) return t(key)
        return problem.requestId
            ? t('common.problems.otherWithId', { id: problem.requestId })
            : t('common.problems.other')
    }
}

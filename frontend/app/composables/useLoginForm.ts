import { asProblem } from '~/utils/api/problem'

/** The accounts of the demo; see the contract's login. */
export const demoAccounts = { user: 'user@cinema.local', admin: 'admin@cinema.local' } as const

export type LoginField = 'email' | 'password'
type Way = 'form' | keyof typeof demoAccounts

/** What the login page does; where to go afterwards is the session plugin's affair. */
export function useLoginForm() {
    const { t } = useI18n()
    const auth = useAuthStore()
    const site = useSiteStore()
    const textOf = useProblemText()

    const email = ref('')
    const password = ref('')
    /** Which button has been pressed and not been answered yet. */
    const busy = ref<Way>()
    const fieldErrors = reactive<Partial<Record<LoginField, string>>>({})
    /** What is wrong with neither field. */
    const error = ref<string>()

    function clear() {
        error.value = undefined
        fieldErrors.email = undefined
        fieldErrors.password = undefined
    }

    /** The first field that is wrong, to put the focus on. */
    const firstWrong = (): LoginField | undefined =>
        fieldErrors.email ? 'email' : fieldErrors.password ? 'password' : undefined

    function check(): boolean {
        if (!/^[^\s@]+@[^\s@]+$/.test(email.value.trim())) fieldErrors.email = t('login.errors.email')
        if (!password.value && !site.info.demoLogin) fieldErrors.password = t('login.errors.passwordMissing')
        return !firstWrong()
    }

    function explain(failure: unknown) {
        const problem = asProblem(failure)
        if (problem.kind === 'wrong-credentials') fieldErrors.password = t('login.errors.wrong')
        else if (problem.errorFor('email')) fieldErrors.email = t('login.errors.email')
        else if (problem.errorFor('password')) fieldErrors.password = t('login.errors.passwordWrong')
        else if (problem.kind === 'too-many-requests') {
            error.value = t('login.errors.tooMany', Math.ceil((problem.retryAfterSeconds ?? 60) / 60))
        } else error.value = textOf(problem)
    }

    async function enter(way: Way, address: string, secret?: string): Promise<LoginField | undefined> {
        busy.value = way
        try {
            await auth.login(address, secret)
        } catch (failure) {
            explain(failure)
        } finally {
            busy.value = undefined
        }
        return firstWrong()
    }

    return {
        email,
        password,
        busy,
        fieldErrors,
        error,
        /** Resolves to the field that needs another look, if there is one. */
        async submit(): Promise<LoginField | undefined> {
            if (busy.value) return undefined
            clear()
            return check() ? enter('form', email.value.trim(), password.value || undefined) : firstWrong()
        },
        async demo(who: keyof typeof demoAccounts): Promise<void> {
            if (busy.value) return
            clear()
            await enter(who, demoAccounts[who])
        },
    }
}

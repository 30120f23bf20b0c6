import type { components } from '~/types/api'
import type { FieldError } from './contract'

const prefix = 'urn:cinema:problem:'

type ServerKind =
    components['schemas']['ProblemType'] extends infer T
        ? T extends `urn:cinema:problem:${infer Kind}`
            ? Kind
            : never
        : never

/**
 * What went wrong, to branch on: the end of the contract's problem type, or what only a client
 * can see: `offline` (no answer at all), `timeout`, `cancelled` (by its AbortSignal), `unexpected`
 * (an answer that is no problem document).
 */
export type ProblemKind = ServerKind | 'offline' | 'timeout' | 'cancelled' | 'unexpected'

interface ProblemFields {
    kind: ProblemKind
    status?: number
    detail?: string
    requestId?: string
    conflicts?: string[]
    errors?: FieldError[]
    retryAfterSeconds?: number
}

/** Every failed call of the API rejects with one of these. */
export class ApiProblem extends Error {
    readonly kind: ProblemKind
    /** The HTTP status, 0 when there was no answer. */
    readonly status: number
    /** English, from the server; for people use `useProblemText`. */
    readonly detail: string
    readonly requestId: string
    /** The seats that are not free, with `seats-taken`. */
    readonly conflicts: string[]
    /** Each field that is wrong, with `validation`. */
    readonly errors: FieldError[]
    readonly retryAfterSeconds?: number

    constructor(fields: ProblemFields) {
        super(fields.detail ?? fields.kind)
        this.name = 'ApiProblem'
        this.kind = fields.kind
        this.status = fields.status ?? 0
        this.detail = fields.detail ?? ''
        this.requestId = fields.requestId ?? ''
        this.conflicts = fields.conflicts ?? []
        this.errors = fields.errors ?? []
        this.retryAfterSeconds = fields.retryAfterSeconds
    }

    get cancelled(): boolean {
        return this.kind === 'cancelled'
    }

    /** Whether the same call may succeed a little later. */
    get passing(): boolean {
        const passing: ProblemKind[] = ['offline', 'timeout', 'overloaded', 'unavailable']
        return passing.includes(this.kind)
    }

    /** The message for one field of the request, if it was wrong. */
    errorFor(field: string): string | undefined {
        return this.errors.find((error) => error.field === field)?.message
    }
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null
}

function texts(value: unknown): string[] {
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

function fieldErrors(value: unknown): FieldError[] {
    if (!Array.isArray(value)) return []
    return value.filter(
        (item): item is FieldError =>
            isRecord(item) && typeof item.field === 'string' && typeof item.message === 'string',
    )
}

/** Reads a problem document (RFC 9457); whatever else answered becomes `unexpected`. */
export function problemFrom(
    status: number,
    body: unknown,
    header: (name: string) => string | undefined,
): ApiProblem {
    const fields = isRecord(body) ? body : {}
    const type = typeof fields.type === 'string' ? fields.type : ''
    const retryAfter = Number(header('retry-after'))
    return new ApiProblem({
        kind: type.startsWith(prefix) ? (type.slice(prefix.length) as ServerKind) : 'unexpected',
        status,
        detail: typeof fields.detail === 'string' ? fields.detail : undefined,
        requestId:
            typeof fields.requestId === 'string' ? fields.requestId : header('x-request-id'),
        conflicts: texts(fields.conflicts),
        errors: fieldErrors(fields.errors),
        retryAfterSeconds: retryAfter > 0 ? retryAfter : undefined,
    })
}

/** Anything thrown, as a problem. */
export function asProblem(error: unknown): ApiProblem {
    if (error instanceof ApiProblem) return error
    return new ApiProblem({
        kind: 'unexpected',
        detail: error instanceof Error ? error.message : String(error),
    })
}

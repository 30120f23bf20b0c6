import axios, { isAxiosError, isCancel, type AxiosInstance, type AxiosResponse } from 'axios'
import type { CallOptions, Data, Method, OptionsArgument, PathOf } from './contract'
import { earlyOrSend } from './early'
import { ApiProblem, asProblem, problemFrom } from './problem'

/** A call that has not been answered by then fails with the problem `timeout`. */
export const timeoutMs = 15_000

export interface ClientHooks {
    /** The bearer token of the session, if there is one. */
    token: () => string | undefined
    /** The server has refused the token a call was made with. */
    onSessionRefused: (token: string) => void
}

export interface Answer<T> {
    /** 200, 201, or 304 (then `data` is undefined) when an `etag` was given. */
    status: number
    data: T | undefined
    etag: string | undefined
    /** The cursor of the next page of a list; undefined on the last one. */
    nextCursor: string | undefined
}

export interface Page<T> {
    items: T
    nextCursor: string | undefined
}

interface UntypedOptions extends CallOptions {
    path?: Record<string, string>
    query?: Record<string, unknown>
    body?: unknown
    etag?: string
}

/** What of a token's end the server can say; the last one means that the account has gone. */
const refusals = ['missing-token', 'invalid-token', 'account-gone']

function fill(template: string, values: Record<string, string> = {}): string {
    return template.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = values[name]
        if (value === undefined) throw new TypeError(`${template} needs ${name}`)
        return encodeURIComponent(value)
    })
}

function headerOf(response: AxiosResponse, name: string): string | undefined {
    const value: unknown = response.headers[name]
    return typeof value === 'string' ? value : undefined
}

/** `Link: </api/bookings?cursor=abc&limit=20>; rel="next"` → `abc`. */
function nextCursor(link: string | undefined): string | undefined {
    const target = link?.match(/<([^>]*)>\s*;[^,]*\brel="?next"?/)?.[1]
    if (target === undefined) return undefined
    return new URL(target, 'http://localhost').searchParams.get('cursor') ?? undefined
}

function problemOf(error: unknown): ApiProblem {
    if (isCancel(error)) return new ApiProblem({ kind: 'cancelled' })
    if (!isAxiosError(error)) return asProblem(error)
    const { response } = error
    if (response) {
        return problemFrom(response.status, response.data, (name) => headerOf(response, name))
    }
    const timedOut = error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT'
    return new ApiProblem({ kind: timedOut ? 'timeout' : 'offline' })
}

/**
 * The API of the contract. Paths are written as there, with their parameters beside them:
 * `api.get('/api/movies/{movieId}', { path: { movieId } })`. Everything that fails rejects with an
 * ApiProblem.
 */
export class ApiClient {
    constructor(
        private readonly hooks: ClientHooks,
        private readonly http: AxiosInstance = axios.create({ adapter: earlyOrSend }),
    ) {}

    async get<P extends PathOf<'get'>>(path: P, ...[options]: OptionsArgument<P, 'get'>): Promise<Data<P, 'get'>> {
        const answer = await this.send('get', path, options ?? {})
        return answer.data as Data<P, 'get'>
    }

    async post<P extends PathOf<'post'>>(
        path: P,
        ...[options]: OptionsArgument<P, 'post'>
    ): Promise<Data<P, 'post'>> {
        const answer = await this.send('post', path, options ?? {})
        return answer.data as Data<P, 'post'>
    }

    /** One page of a list; give its `nextCursor` as `query.cursor` to get the next one. */
    async page<P extends PathOf<'get'>>(
        path: P,
        ...[options]: OptionsArgument<P, 'get'>
    ): Promise<Page<Data<P, 'get'>>> {
        const answer = await this.send('get', path, options ?? {})
        return { items: answer.data as Data<P, 'get'>, nextCursor: answer.nextCursor }
    }

    /** For polling: with the ETag of the last answer, an unchanged one is status 304 without data. */
    async poll<P extends PathOf<'get'>>(
        path: P,
        etag: string | undefined,
        ...[options]: OptionsArgument<P, 'get'>
    ): Promise<Answer<Data<P, 'get'>>> {
        const answer = await this.send('get', path, { ...options, etag })
        return answer as Answer<Data<P, 'get'>>
    }

    /** A GET outside the contract's JSON, such as a CSV file. */
    async download(url: string, query?: Record<string, unknown>, options: CallOptions = {}): Promise<Blob> {
        const answer = await this.send('get', url, { ...options, query }, 'blob')
        return answer.data as Blob
    }

    private async send(
        method: Method,
        path: string,
        options: UntypedOptions,
        responseType: 'json' | 'blob' = 'json',
    ): Promise<Answer<unknown>> {
        const token = this.hooks.token()
        const headers: Record<string, string> = { ...options.headers }
        if (token) headers.Authorization = `Bearer ${token}`
        if (options.etag) headers['If-None-Match'] = options.etag
        try {
            const response = await this.http.request<unknown>({
                method,
                url: fill(path, options.path),
                params: options.query,
                data: options.body,
                headers,
                signal: options.signal,
                timeout: options.timeout ?? timeoutMs,
                responseType,
                validateStatus: (status) =>
                    (status >= 200 && status < 300) || (status === 304 && !!options.etag),
            })
            return {
                status: response.status,
                data: response.status === 304 ? undefined : response.data,
                etag: headerOf(response, 'etag'),
                nextCursor: nextCursor(headerOf(response, 'link')),
            }
        } catch (error) {
            const problem = problemOf(await withReadBody(error))
            if (token && refusals.includes(problem.kind)) this.hooks.onSessionRefused(token)
            throw problem
        }
    }
}

/** A problem that answered a download arrives as a Blob: reads its JSON. */
async function withReadBody(error: unknown): Promise<unknown> {
    if (isAxiosError(error) && error.response?.data instanceof Blob) {
        const text = await error.response.data.text()
        try {
            error.response.data = JSON.parse(text)
        } catch {
            error.response.data = text
        }
    }
    return error
}

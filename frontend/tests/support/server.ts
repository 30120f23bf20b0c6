import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios'
import axios, { AxiosError, AxiosHeaders, CanceledError } from 'axios'

export interface Reply {
    status?: number
    body?: unknown
    headers?: Record<string, string | undefined>
}

/** A call as the server would see it. */
export interface Request {
    method: string
    url: string
    params: unknown
    body: unknown
    headers: AxiosHeaders
    signal: InternalAxiosRequestConfig['signal']
    timeout: number | undefined
}

type Answer = (request: Request) => Reply | Promise<Reply>

/** Answers Axios in place of a server; `requests` are the calls that were made. */
export function fakeServer(answer: Answer) {
    const requests: Request[] = []
    const adapter: AxiosAdapter = async (config) => {
        const request: Request = {
            method: config.method ?? 'get',
            url: config.url ?? '',
            params: config.params,
            body: typeof config.data === 'string' ? JSON.parse(config.data) : config.data,
            headers: config.headers,
            signal: config.signal,
            timeout: config.timeout,
        }
        requests.push(request)
        const aborted = new Promise<never>((_, reject) => {
            config.signal?.addEventListener?.('abort', () => reject(new CanceledError()))
        })
        // An answer that has been given cannot be aborted any more; axios lets go of the signal then.
        aborted.catch(() => undefined)
        const { status = 200, body, headers = {} } = await Promise.race([Promise.resolve(answer(request)), aborted])
        const response = { data: body, status, statusText: '', headers: new AxiosHeaders(JSON.parse(JSON.stringify(headers))), config }
        if (config.validateStatus?.(status)) return response
        throw new AxiosError('status', AxiosError.ERR_BAD_REQUEST, config, null, response)
    }
    return { requests, http: axios.create({ adapter }), adapter }
}

/** No answer at all: the network is gone. */
export function networkDown(): never {
    throw new AxiosError('Network Error', AxiosError.ERR_NETWORK)
}

export function problem(status: number, kind: string, more: Record<string, unknown> = {}): Reply {
    return {
        status,
        headers: { 'content-type': 'application/problem+json' },
        body: {
            type: `urn:cinema:problem:${kind}`,
            title: kind,
            status,
            detail: `Detail of ${kind}.`,
            requestId: 'r-1',
            ...more,
        },
    }
}

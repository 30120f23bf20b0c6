import axios, { AxiosHeaders, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios'

/** A GET that tools/boot.js has sent while the app was still on its way. */
export interface EarlyRequest {
    /** The session's token that it was sent with. */
    token: string | undefined
    /** ms since 1970, by the device's clock. */
    sent: number
    answer: Promise<EarlyAnswer>
}

export interface EarlyAnswer {
    status: number
    headers: Record<string, string>
    received: number
    text: string
}

declare global {
    interface Window {
        /** By path and query. */
        cinemaEarly?: Map<string, EarlyRequest>
    }
}

/** Older ones are no answer to a question of now. */
const ageMsMax = 15_000

/** The answer to what has been asked for already; once, and only if all went well. */
export async function takeEarly(url: string, token?: string): Promise<(EarlyAnswer & { sent: number }) | undefined> {
    const asked = window.cinemaEarly?.get(url)
    if (!asked) return undefined
    window.cinemaEarly!.delete(url)
    const { sent } = asked
    if ((token !== undefined && asked.token !== token) || Date.now() - sent > ageMsMax) return undefined
    const answer = await asked.answer.catch(() => undefined)
    return answer?.status === 200 ? { ...answer, sent } : undefined
}

/** Sends a request, unless its answer is already there or under way. */
export async function earlyOrSend(config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
    if (config.method === 'get' && config.responseType === 'json') {
        const [, token] = /^Bearer (.+)$/.exec(String(config.headers.get('Authorization') ?? '')) ?? []
        const early = await takeEarly(axios.getUri(config), token)
        if (early) {
            const { status, text: data, headers } = early
            return { status, statusText: '', data, headers: new AxiosHeaders(headers), config }
        }
    }
    return axios.getAdapter('xhr')(config)
}

import type { components, paths } from '~/types/api'

type Schemas = components['schemas']
export type Movie = Schemas['Movie']
export type Showtime = Schemas['Showtime']
export type ShowtimeDetail = Schemas['ShowtimeDetail']
export type Plan = Schemas['Plan']
export type Seat = Schemas['Seat']
export type SeatState = Schemas['SeatState']
export type SeatCategory = Schemas['SeatCategory']
export type Hold = Schemas['Hold']
export type Booking = Schemas['Booking']
export type BookingStatus = Schemas['BookingStatus']
export type AdminBooking = Schemas['AdminBooking']
export type AuditLog = Schemas['AuditLog']
export type EventType = Schemas['EventType']
export type User = Schemas['User']
export type Session = Schemas['Session']
export type FieldError = Schemas['FieldError']
export type Site = Schemas['Site']

export type Method = 'get' | 'post'

/** The paths of the contract that answer to a method. */
export type PathOf<M extends Method> = {
    [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never
}[keyof paths]

type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>

type PathParameters<O> = O extends { parameters: { path: infer T } } ? { path: T } : unknown
type Query<O> = O extends { parameters: { query?: infer T } } ? { query?: T } : unknown
type Body<O> = O extends { requestBody: { content: { 'application/json': infer T } } }
    ? { body: T }
    : unknown

export interface CallOptions {
    /** Aborting rejects with the problem `cancelled`. */
    signal?: AbortSignal
    headers?: Record<string, string>
    /** Milliseconds; the default is `timeoutMs` of client.ts. */
    timeout?: number
}

/** What a call of this operation takes: path parameters and body as the contract demands them. */
export type Options<P extends keyof paths, M extends Method> = CallOptions &
    PathParameters<Operation<P, M>> &
    Query<Operation<P, M>> &
    Body<Operation<P, M>>

/** The last argument may be left out when nothing in it is required. */
export type OptionsArgument<P extends keyof paths, M extends Method> =
    Record<never, never> extends Options<P, M> ? [options?: Options<P, M>] : [options: Options<P, M>]

type Content<T> = T extends { content: { 'application/json': infer Data } } ? Data : never
type Responses<O> = O extends { responses: infer T } ? T : never

/** The JSON of the operation's success. */
export type Data<P extends keyof paths, M extends Method> = Content<
    Responses<Operation<P, M>>[keyof Responses<Operation<P, M>> & (200 | 201)]
>

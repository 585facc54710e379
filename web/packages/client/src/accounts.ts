// The account service over HTTP: signing up and in, finding people, reading the history of calls.
// Expected failures are values; the codes are those of the error catalogue.
import { errors, type ErrorCode } from './generated/errors'
import type {
  CallId,
  DeviceId,
  Direction,
  EndReason,
  MediaKind,
  Party,
  SourceState,
  UserId,
} from './generated/wire'

export type Result<T> = { readonly ok: true; readonly value: T } | Refusal

/** Why not, and which field of the request it is about, where the server says so. */
export type Refusal = {
  readonly ok: false
  readonly error: ErrorCode
  readonly field?: string
  /** What of it, in a word; see docs/http-api.md. */
  readonly detail?: string
}

/** A person signed in: what to show, and the token that opens everything else. */
export type Account = {
  readonly token: string
  readonly user: UserId
  readonly name: string
  readonly expires_at_ms: number
}

/** Whether the server takes new accounts. */
export type SignUpPolicy = 'open' | 'invite' | 'closed'

export type ServerInfo = { readonly sign_up: SignUpPolicy; readonly version: string }

/** What a person thought of a call. */
export type CallRating = 'good' | 'bad'

/** One call of the history. Moments are Unix milliseconds. */
export type CallRecord = {
  readonly call: CallId
  readonly direction: Direction
  readonly peer: Party
  readonly kind: MediaKind
  readonly reason: EndReason
  readonly failure?: ErrorCode
  /** Absent when nobody did: a limit was reached. */
  readonly ended_by?: UserId
  readonly invited_at_ms: number
  readonly ringing_at_ms?: number
  readonly accepted_at_ms?: number
  readonly connected_at_ms?: number
  readonly ended_at_ms: number
  readonly lasted_ms?: number
  readonly my_microphone?: SourceState
  readonly my_camera?: SourceState
  readonly peer_microphone?: SourceState
  readonly peer_camera?: SourceState
  /** What the other person thought is theirs alone. */
  readonly my_rating?: CallRating
}

/** A page of the history, newest first; `next` goes into `before` for the page after it. */
export type CallHistory = { readonly calls: readonly CallRecord[]; readonly next?: string }

/** What a person has chosen; it holds on all of their devices. */
export type AccountSettings = {
  /** Whether a second caller rings during a call, or is told that it is busy. */
  readonly call_waiting: boolean
  /** Whose calls ring; in a change, absent to leave it as it is. */
  readonly who_may_call?: WhoMayCall
}

/** `known`: people whom one has added, called or talked with. */
export type WhoMayCall = 'everybody' | 'known'

/** Somebody on a list that a person has made. */
export type ListedPerson = Party & { readonly since_ms: number }

/** One place where a person is signed in. */
export type SignInRecord = {
  readonly id: string
  readonly software?: string
  readonly system?: string
  readonly created_at_ms: number
  readonly last_seen_at_ms: number
  readonly expires_at_ms: number
  /** This one made the request. */
  readonly current: boolean
  readonly online: boolean
}

export type Accounts = {
  signUp(person: {
    user: string
    name: string
    password: string
    invitation?: string
  }): Promise<Result<Account>>
  signIn(person: { user: string; password: string }): Promise<Result<Account>>
  /** Withdraws the token. With `device`, its session ends even if its socket is down just now. */
  signOut(token: string, device?: DeviceId): Promise<Result<null>>
  me(token: string): Promise<Result<Party>>
  settings(token: string): Promise<Result<AccountSettings>>
  /** Answers with the settings as they are then. */
  changeSettings(token: string, settings: AccountSettings): Promise<Result<AccountSettings>>
  server(): Promise<Result<ServerInfo>>
  people(
    token: string,
    query?: { search?: string; limit?: number },
  ): Promise<Result<{ readonly people: readonly Party[] }>>
  calls(token: string, query?: { before?: string; limit?: number }): Promise<Result<CallHistory>>
  /** Rates a call that connected and is over, or changes the rating that it has. */
  rateCall(token: string, call: CallId, rating: CallRating): Promise<Result<null>>
  /** People whose calls do not ring. */
  blocked(token: string): Promise<Result<{ readonly people: readonly ListedPerson[] }>>
  block(token: string, user: UserId): Promise<Result<null>>
  unblock(token: string, user: UserId): Promise<Result<null>>
  /** People whom the person has added. */
  contacts(token: string): Promise<Result<{ readonly people: readonly ListedPerson[] }>>
  addContact(token: string, user: UserId): Promise<Result<null>>
  removeContact(token: string, user: UserId): Promise<Result<null>>
  /** Keeps this sign-in and ends all others. */
  changePassword(
    token: string,
    passwords: { readonly current: string; readonly new: string },
  ): Promise<Result<null>>
  sessions(token: string): Promise<Result<{ readonly sessions: readonly SignInRecord[] }>>
  endSession(token: string, id: string): Promise<Result<null>>
  endOtherSessions(token: string): Promise<Result<{ readonly ended: number }>>
}

/** Makes the client of the account service at `baseUrl`; by default the page's own server. */
export function createAccounts({ baseUrl = '' }: { baseUrl?: string } = {}): Accounts {
  const ask = <T>(method: Method, path: string, options: RequestOptions = {}) =>
    request<T>(method, `${baseUrl}/api/${path}`, options)
  return {
    signUp: (person) => ask('POST', 'sign-up', { body: person }),
    signIn: (person) => ask('POST', 'sign-in', { body: person }),
    signOut: (token, device) =>
      ask('POST', 'sign-out', { token, body: device === undefined ? {} : { device } }),
    me: (token) => ask('GET', 'me', { token }),
    settings: (token) => ask('GET', 'settings', { token }),
    changeSettings: (token, settings) => ask('PUT', 'settings', { token, body: settings }),
    server: () => ask('GET', 'server'),
    people: (token, query = {}) => ask('GET', `people${queryString(query)}`, { token }),
    calls: (token, query = {}) => ask('GET', `calls${queryString(query)}`, { token }),
    rateCall: (token, call, rating) =>
      ask('PUT', `calls/${call}/rating`, { token, body: { rating } }),
    blocked: (token) => ask('GET', 'blocked', { token }),
    block: (token, user) => ask('PUT', `blocked/${inPath(user)}`, { token, body: {} }),
    unblock: (token, user) => ask('DELETE', `blocked/${inPath(user)}`, { token }),
    contacts: (token) => ask('GET', 'contacts', { token }),
    addContact: (token, user) => ask('PUT', `contacts/${inPath(user)}`, { token, body: {} }),
    removeContact: (token, user) => ask('DELETE', `contacts/${inPath(user)}`, { token }),
    changePassword: (token, passwords) => ask('POST', 'password', { token, body: passwords }),
    sessions: (token) => ask('GET', 'sessions', { token }),
    endSession: (token, id) => ask('DELETE', `sessions/${encodeURIComponent(id)}`, { token }),
    endOtherSessions: (token) => ask('POST', 'sessions/end-others', { token, body: {} }),
  }
}

/** The name as a part of a path. A URL takes . and .. for folders, however they are written. */
function inPath(user: string): string {
  return user === '.' || user === '..' ? `~${user}` : encodeURIComponent(user)
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type RequestOptions = { readonly token?: string; readonly body?: object }

async function request<T>(
  method: Method,
  url: string,
  { token, body }: RequestOptions,
): Promise<Result<T>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method,
      headers,
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    text = await response.text()
  } catch {
    return { ok: false, error: 'server/unreachable' }
  }
  const answer = parse(text)
  if (!response.ok) {
    const error = errorCode(answer) ?? byStatus(response.status)
    return { ok: false, error, ...wordOf(answer, 'field'), ...wordOf(answer, 'detail') }
  }
  if (text !== '' && answer === undefined) return { ok: false, error: 'server/internal' }
  return { ok: true, value: (answer ?? null) as T }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function errorCode(answer: unknown): ErrorCode | undefined {
  const code = (answer as { error?: { code?: unknown } } | null | undefined)?.error?.code
  return typeof code === 'string' && Object.hasOwn(errors, code) ? (code as ErrorCode) : undefined
}

function wordOf<Name extends 'field' | 'detail'>(
  answer: unknown,
  name: Name,
): { readonly [Word in Name]?: string } {
  const { error } = (answer ?? {}) as { error?: Record<string, unknown> | null }
  const word = error?.[name]
  return typeof word === 'string' ? ({ [name]: word } as { [Word in Name]?: string }) : {}
}

/** What an answer without a known code means: a proxy in between, or a newer server. */
function byStatus(status: number): ErrorCode {
  if (status === 401) return 'account/not-signed-in'
  if (status === 429) return 'protocol/rate-limited'
  if (status === 502 || status === 503 || status === 504) return 'server/unreachable'
  return 'server/internal'
}

function queryString(query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

// The account service over HTTP: sign-up, sign-in, people, contacts and the call history. Expected
// failures are returned as values; their codes are those of the error catalogue.
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

/**
 * What a request returns. The promises of `Accounts` never reject: a failed request returns a
 * `Refusal`.
 */
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal

/**
 * Why a request was refused. `field` is the field of the request that caused it, if the server
 * names one.
 */
export type Refusal = {
  readonly ok: false
  readonly error: ErrorCode
  readonly field?: string
  /** One word about the field, such as `too-long`; see docs/http-api.md. */
  readonly detail?: string
}

/**
 * A signed-in person. Other requests take `token`, which is valid until `expires_at_ms` (Unix time
 * in milliseconds).
 */
export type Account = {
  readonly token: string
  readonly user: UserId
  readonly name: string
  readonly expires_at_ms: number
}

/** Who can create an account: everybody, people with an invitation, or nobody. */
export type SignUpPolicy = 'open' | 'invite' | 'closed'

/**
 * Whether a server has an account (`made`), or who can create the first: the person who asks
 * (`yours`), or only the person who runs the server.
 */
export type FirstAccount = 'made' | 'yours' | 'by_operator'

export type ServerInfo = {
  readonly sign_up: SignUpPolicy
  readonly first_account: FirstAccount
  /** Whether a person who is signed in may invite others. */
  readonly users_invite: boolean
  readonly version: string
}

/** An open invitation. Times are Unix milliseconds. */
export type Invitation = {
  readonly id: string
  readonly created_at_ms: number
  readonly expires_at_ms: number
}

/** An invitation that was just made. `invitation` is the code for `signUp`; it is told once. */
export type NewInvitation = {
  readonly id: string
  readonly invitation: string
  readonly expires_at_ms: number
}

/** How a person rates a call. */
export type CallRating = 'good' | 'bad'

/**
 * One call of the history. Times are Unix milliseconds; `lasted_ms` is a duration in milliseconds.
 */
export type CallRecord = {
  readonly call: CallId
  readonly direction: Direction
  readonly peer: Party
  readonly kind: MediaKind
  readonly reason: EndReason
  readonly failure?: ErrorCode
  /** The person who ended the call. Absent if a limit ended it. */
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
  /** The rating of this person. The rating of the other person is not shown. */
  readonly my_rating?: CallRating
}

/**
 * One page of the history, newest call first. Pass `next` as `before` to get the page after it; it
 * is absent on the last page.
 */
export type CallHistory = { readonly calls: readonly CallRecord[]; readonly next?: string }

/** The settings of an account. They apply on all devices of the person. */
export type AccountSettings = {
  /** Whether a second call rings during a call. If not, its caller gets "busy". */
  readonly call_waiting: boolean
  /** Whose calls ring. Leave it out in a change to keep the present value. */
  readonly who_may_call?: WhoMayCall
}

/** `known`: only people whom the person has added, called or talked with. */
export type WhoMayCall = 'everybody' | 'known'

/**
 * A person on a list of contacts or blocked people. `since_ms` is the time of the entry, in Unix
 * milliseconds.
 */
export type ListedPerson = Party & { readonly since_ms: number }

/** One sign-in of a person. Times are Unix milliseconds. */
export type SignInRecord = {
  readonly id: string
  readonly software?: string
  readonly system?: string
  readonly created_at_ms: number
  readonly last_seen_at_ms: number
  readonly expires_at_ms: number
  /** Whether this sign-in made the request. */
  readonly current: boolean
  readonly online: boolean
}

/** The HTTP client of the account service. `token` is the `token` of an `Account`. */
export type Accounts = {
  /**
   * Creates an account and signs in. `invitation` is needed where the server's policy is `invite`.
   */
  signUp(person: {
    user: string
    name: string
    password: string
    invitation?: string
  }): Promise<Result<Account>>
  /** Signs in with a user name and a password. */
  signIn(person: { user: string; password: string }): Promise<Result<Account>>
  /**
   * Withdraws the token. With `device`, the session of this device ends too, even if its socket is
   * closed.
   */
  signOut(token: string, device?: DeviceId): Promise<Result<null>>
  /** Returns the person to whom the token belongs. */
  me(token: string): Promise<Result<Party>>
  settings(token: string): Promise<Result<AccountSettings>>
  /** Changes the settings and returns all of them. */
  changeSettings(token: string, settings: AccountSettings): Promise<Result<AccountSettings>>
  /** Returns the version of the server and who can sign up. Needs no token. */
  server(): Promise<Result<ServerInfo>>
  /**
   * Finds people by user name or name. Without `search` it lists all people whom the server shows.
   */
  people(
    token: string,
    query?: { search?: string; limit?: number },
  ): Promise<Result<{ readonly people: readonly Party[] }>>
  /** Returns a page of the call history, newest call first. */
  calls(token: string, query?: { before?: string; limit?: number }): Promise<Result<CallHistory>>
  /** Rates a call that was connected and has ended, or changes its rating. */
  rateCall(token: string, call: CallId, rating: CallRating): Promise<Result<null>>
  /** Returns the blocked people. Their calls do not ring. */
  blocked(token: string): Promise<Result<{ readonly people: readonly ListedPerson[] }>>
  block(token: string, user: UserId): Promise<Result<null>>
  unblock(token: string, user: UserId): Promise<Result<null>>
  /** Returns the people whom the person has added. */
  contacts(token: string): Promise<Result<{ readonly people: readonly ListedPerson[] }>>
  addContact(token: string, user: UserId): Promise<Result<null>>
  removeContact(token: string, user: UserId): Promise<Result<null>>
  /** Changes the password. This sign-in stays; all others end. */
  changePassword(
    token: string,
    passwords: { readonly current: string; readonly new: string },
  ): Promise<Result<null>>
  /** Makes an invitation for one person. */
  invite(token: string): Promise<Result<NewInvitation>>
  /** Returns the invitations of the person that are open, newest first. */
  invitations(token: string): Promise<Result<{ readonly invitations: readonly Invitation[] }>>
  withdrawInvitation(token: string, id: string): Promise<Result<null>>
  /** Returns all sign-ins of the person. */
  sessions(token: string): Promise<Result<{ readonly sessions: readonly SignInRecord[] }>>
  /** Ends one sign-in by its `id`. */
  endSession(token: string, id: string): Promise<Result<null>>
  /** Ends all sign-ins except this one and returns how many ended. */
  endOtherSessions(token: string): Promise<Result<{ readonly ended: number }>>
}

/**
 * Creates the client of the account service at `baseUrl`; the default is the page's own server.
 *
 * @example
 * const accounts = createAccounts({ baseUrl: 'https://calls.example.org' })
 * const result = await accounts.signIn({ user: 'ada', password })
 * if (result.ok) parley.signIn(result.value.token)
 * else show(result.error)
 */
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
    invite: (token) => ask('POST', 'invitations', { token, body: {} }),
    invitations: (token) => ask('GET', 'invitations', { token }),
    withdrawInvitation: (token, id) =>
      ask('DELETE', `invitations/${encodeURIComponent(id)}`, { token }),
    sessions: (token) => ask('GET', 'sessions', { token }),
    endSession: (token, id) => ask('DELETE', `sessions/${encodeURIComponent(id)}`, { token }),
    endOtherSessions: (token) => ask('POST', 'sessions/end-others', { token, body: {} }),
  }
}

/**
 * Writes a user name as a part of a path. A URL takes `.` and `..` as folders, even when they are
 * escaped.
 */
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

/**
 * The error code for a response without a known code, such as that of a proxy or a newer server.
 */
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

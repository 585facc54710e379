// The account service over plain HTTP.
import type { Server } from './server'

export type Account = {
  readonly token: string
  readonly user: string
  readonly name: string
  readonly expires_at_ms: number
}

export type Answer<T = unknown> = {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

/** The error in an answer. */
export type Failure = {
  readonly error: {
    readonly code: string
    readonly sentence: string
    readonly next_step: string
    readonly field?: string
    readonly detail?: string
    readonly retry_after_ms?: number
  }
}

export async function get<T = unknown>(
  server: Server,
  path: string,
  token?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const response = await fetch(server.url + path, {
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
  })
  return answer(response)
}

export async function post<T = unknown>(
  server: Server,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return answer(response)
}

export async function put<T = unknown>(
  server: Server,
  path: string,
  body: unknown,
  token?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const response = await fetch(server.url + path, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return answer(response)
}

export async function remove<T = unknown>(
  server: Server,
  path: string,
  token?: string,
): Promise<Answer<T>> {
  const response = await fetch(server.url + path, {
    method: 'DELETE',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  return answer(response)
}

async function answer<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? null : JSON.parse(text)) as T,
  }
}

export const password = 'correct horse battery'

/** Makes an account; its display name is the account name with a capital. */
export async function signUp(server: Server, user: string): Promise<Account> {
  const name = user.charAt(0).toUpperCase() + user.slice(1)
  const { status, body } = await post<Account>(server, '/api/sign-up', { user, name, password })
  if (status !== 200) throw new Error(`${user}: ${JSON.stringify(body)}`)
  return body
}

export function code(answer: Answer): string {
  return (answer.body as Failure).error.code
}

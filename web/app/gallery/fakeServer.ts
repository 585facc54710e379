// Answers requests to the account service from a table; 'never' keeps a request open.

export type FakeAnswer = { readonly status: number; readonly body: unknown } | 'never' | 'offline'
export type FakeServer = Readonly<Record<string, FakeAnswer>>

export function ok(body: unknown): FakeAnswer {
  return { status: 200, body }
}

export function refusal(code: string, field?: string): FakeAnswer {
  return { status: 400, body: { error: { code, field } } }
}

/**
 * Replaces fetch by the table. A method in front, as in `PUT settings`, separates a change from a
 * read. A path that is not in the table fails like an unreachable server.
 */
export function installFakeServer(answers: FakeServer): void {
  window.fetch = (input, { method = 'GET' } = {}) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href)
    const path = url.pathname.replace('/api/', '')
    const answer = answers[`${method} ${path}`] ?? answers[path] ?? 'offline'
    if (answer === 'never') return new Promise(() => undefined)
    if (answer === 'offline') return Promise.reject(new TypeError('The fake server is gone.'))
    const { status, body } = answer
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  }
}

// Answers the account service's requests from a table; 'never' keeps a page loading.

export type FakeAnswer = { readonly status: number; readonly body: unknown } | 'never' | 'offline'
export type FakeServer = Readonly<Record<string, FakeAnswer>>

export function ok(body: unknown): FakeAnswer {
  return { status: 200, body }
}

export function refusal(code: string, field?: string): FakeAnswer {
  return { status: 400, body: { error: { code, field } } }
}

/**
 * Puts the table in the place of fetch. Where changing something is answered in another way than reading
 * it, the method is in front: `PUT settings`. A path that is not in it is as if the server were gone.
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

import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createAccounts } from './accounts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

describe('accounts', () => {
  it('sign in with a JSON body and return what the server says', async () => {
    const account = { token: 't', user: 'ada', name: 'Ada', expires_at_ms: 5 }
    const { accounts, asked } = await serve(200, account)
    expect(await accounts.signIn({ user: 'ada', password: 'secret' })).toEqual({
      ok: true,
      value: account,
    })
    expect(asked[0]).toMatchObject({
      line: 'POST /api/sign-in',
      type: 'application/json',
      body: '{"user":"ada","password":"secret"}',
    })
  })

  it('sign up with or without an invitation', async () => {
    const { accounts, asked } = await serve(200, {})
    const person = { user: 'ada', name: 'Ada', password: 'secret' }
    await accounts.signUp(person)
    await accounts.signUp({ ...person, invitation: 'code' })
    expect(asked.map(({ line }) => line)).toEqual(['POST /api/sign-up', 'POST /api/sign-up'])
    expect(JSON.parse(asked[1]!.body)).toEqual({ ...person, invitation: 'code' })
  })

  it('send the token with every request that needs a sign-in', async () => {
    const { accounts, asked } = await serve(200, {})
    await accounts.me('t')
    await accounts.people('t', { search: 'a&b c', limit: 20 })
    await accounts.calls('t')
    await accounts.calls('t', { before: 'x=', limit: 5 })
    await accounts.signOut('t', 'd' as never)
    await accounts.settings('t')
    await accounts.changeSettings('t', { call_waiting: false })
    await accounts.rateCall('t', 'c' as never, 'good')
    await accounts.block('t', 'ada@home' as never)
    await accounts.unblock('t', 'ada' as never)
    await accounts.blocked('t')
    await accounts.addContact('t', 'ada' as never)
    await accounts.removeContact('t', 'ada' as never)
    await accounts.contacts('t')
    await accounts.changePassword('t', { current: 'a', new: 'b' })
    await accounts.sessions('t')
    await accounts.endSession('t', '9f')
    await accounts.endOtherSessions('t')
    await accounts.server()
    expect(asked.map(({ line, token }) => `${line} ${token ?? '-'}`)).toEqual([
      'GET /api/me Bearer t',
      'GET /api/people?search=a%26b+c&limit=20 Bearer t',
      'GET /api/calls Bearer t',
      'GET /api/calls?before=x%3D&limit=5 Bearer t',
      'POST /api/sign-out Bearer t',
      'GET /api/settings Bearer t',
      'PUT /api/settings Bearer t',
      'PUT /api/calls/c/rating Bearer t',
      'PUT /api/blocked/ada%40home Bearer t',
      'DELETE /api/blocked/ada Bearer t',
      'GET /api/blocked Bearer t',
      'PUT /api/contacts/ada Bearer t',
      'DELETE /api/contacts/ada Bearer t',
      'GET /api/contacts Bearer t',
      'POST /api/password Bearer t',
      'GET /api/sessions Bearer t',
      'DELETE /api/sessions/9f Bearer t',
      'POST /api/sessions/end-others Bearer t',
      'GET /api/server -',
    ])
  })

  it('keep a name of dots from becoming a folder of the path', async () => {
    const { accounts, asked } = await serve(204, {})
    for (const user of ['.', '..', '...', '.a']) await accounts.block('t', user as never)
    await accounts.addContact('t', '..' as never)
    expect(asked.map(({ line }) => line)).toEqual([
      'PUT /api/blocked/~.',
      'PUT /api/blocked/~..',
      'PUT /api/blocked/...',
      'PUT /api/blocked/.a',
      'PUT /api/contacts/~..',
    ])
  })

  it('name the device that signs out, where one is known', async () => {
    const { accounts, asked } = await serve(204, '')
    await accounts.signOut('t')
    await accounts.signOut('t', 'd' as never)
    expect(asked.map(({ body }) => body)).toEqual(['{}', '{"device":"d"}'])
  })

  it('rate a call and return null', async () => {
    const { accounts, asked } = await serve(204, '')
    expect(await accounts.rateCall('t', 'c' as never, 'bad')).toEqual({ ok: true, value: null })
    expect(asked[0]).toMatchObject({ type: 'application/json', body: '{"rating":"bad"}' })
  })

  it('return the code of an error', async () => {
    const { accounts } = await serve(401, { error: { code: 'account/wrong-credentials' } })
    expect(await accounts.signIn({ user: 'ada', password: 'x' })).toEqual({
      ok: false,
      error: 'account/wrong-credentials',
    })
  })

  it.each([
    [401, '<html>', 'account/not-signed-in'],
    [429, '', 'protocol/rate-limited'],
    [503, '', 'server/unreachable'],
    [500, '{"error":{"code":"server/from-the-future"}}', 'server/internal'],
    [500, '{"error":{"code":"toString"}}', 'server/internal'],
    [200, '<html>', 'server/internal'],
  ])('make sense of %i with %j', async (status, body, code) => {
    const { accounts } = await serve(status, body)
    expect(await accounts.me('t')).toEqual({ ok: false, error: code })
  })

  it('read an empty answer as null', async () => {
    const { accounts } = await serve(204, '')
    expect(await accounts.signOut('t')).toEqual({ ok: true, value: null })
  })

  it('report a server that does not answer', async () => {
    const accounts = createAccounts({ baseUrl: 'http://127.0.0.1:1' })
    expect(await accounts.server()).toEqual({ ok: false, error: 'server/unreachable' })
  })
})

type Asked = { line: string; token?: string; type?: string; body: string }

async function serve(status: number, answer: object | string) {
  const asked: Asked[] = []
  server = createServer((request, response) => {
    void read(request).then((body) => {
      const { authorization, 'content-type': type } = request.headers
      asked.push({
        line: `${request.method ?? ''} ${request.url ?? ''}`,
        body,
        ...(authorization === undefined ? {} : { token: authorization }),
        ...(type === undefined ? {} : { type }),
      })
      response.writeHead(status)
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { accounts: createAccounts({ baseUrl: `http://127.0.0.1:${String(port)}` }), asked }
}

async function read(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

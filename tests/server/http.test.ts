import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { code, get, password, post, type Failure } from './support/accounts'
import { Connection, request } from './support/raw'
import { Server } from './support/server'

let server: Server
beforeAll(async () => {
  server = await Server.start({ 'allowed-origins': 'https://shop.example' })
})
afterAll(async () => server.stop())

/** Sends bytes unchanged; returns everything that comes until the server closes. */
async function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end of: ${answer}`)))
  })
}

describe('requests from other pages', () => {
  const own = () => server.url
  const foreign = [
    'null',
    'https://evil.example',
    'http://127.0.0.1:1',
    'http://localhost:8080',
    'https://shop.example.evil.example',
    'https://evil-shop.example',
    'http://shop.example',
  ]

  it('are refused if they change something', async () => {
    for (const origin of [...foreign, `${own()}.evil.example`]) {
      const answer = await post(server, '/api/sign-in', { user: 'x', password }, { origin })
      expect([origin, answer.status]).toEqual([origin, 403])
      expect(code(answer)).toBe('account/foreign-origin')
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('are accepted from the own page, from listed pages, and from programs other than browsers', async () => {
    for (const headers of [{ origin: own() }, { origin: 'https://shop.example' }, {}]) {
      const answer = await post(server, '/api/sign-in', { user: 'x', password }, headers)
      expect(answer.status).toBe(401)
    }
  })

  it('have answers that only listed pages may read', async () => {
    const listed = await get(server, '/api/server', undefined, { origin: 'https://shop.example' })
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(listed.headers.get('access-control-allow-credentials')).toBeNull()
    expect(listed.headers.get('vary')).toContain('Origin')
    const other = await get(server, '/api/server', undefined, { origin: 'https://evil.example' })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('are announced by a preflight', async () => {
    const preflight = async (origin: string) =>
      fetch(`${server.url}/api/sign-in`, { method: 'OPTIONS', headers: { origin } })
    const good = await preflight('https://shop.example')
    expect(good.status).toBe(204)
    expect(good.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE')
    expect(good.headers.get('access-control-allow-headers')).toContain('authorization')
    expect((await preflight('https://evil.example')).status).toBe(403)
  })
})

describe('bad requests', () => {
  it('are answered with a code', async () => {
    const bad: readonly [string, string, number, string][] = [
      ['/api/sign-in', '{', 400, 'protocol/malformed-message'],
      ['/api/sign-in', '[]', 400, 'protocol/malformed-message'],
      ['/api/sign-in', '{"user":"x","password":"y"} {}', 400, 'protocol/malformed-message'],
      ['/api/sign-in', '{"user":"\\ud800","password":"y"}', 401, 'account/wrong-credentials'],
      ['/api/sign-in', '{"user":"x"}', 400, 'protocol/invalid-field'],
      ['/api/sign-in', '{"user":null,"password":"y"}', 400, 'protocol/invalid-field'],
      ['/api/nothing', '{}', 404, 'protocol/unknown-message'],
      ['/api/me', '{}', 405, 'protocol/unknown-message'],
      ['/api/sign-in', `{"user":"${'x'.repeat(20_000)}"}`, 413, 'protocol/message-too-large'],
    ]
    for (const [path, body, status, error] of bad) {
      const answer = await post<Failure>(server, path, body)
      expect([body.slice(0, 40), answer.status, code(answer)]).toEqual([
        body.slice(0, 40),
        status,
        error,
      ])
    }
  })

  it('of another content type are refused', async () => {
    const answer = await post(server, '/api/sign-in', '{}', { 'content-type': 'text/plain' })
    expect(answer.status).toBe(415)
  })

  it('that are not HTTP are answered and closed', async () => {
    expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(`GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    )
    expect(await raw('POST /api/sign-in HTTP/1.1\r\nContent-Length: x\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    )
  })

  it('do not disturb the next one', async () => {
    expect((await get(server, '/health')).status).toBe(200)
  })

  it('without an upgrade get an explanation of /signal', async () => {
    const answer = await get(server, '/signal')
    expect(answer.status).toBe(426)
    expect(answer.headers.get('upgrade')).toBe('websocket')
  })
})

describe('one connection', () => {
  it('serves many requests, and ends when the client asks for it', async () => {
    const request = 'GET /version HTTP/1.1\r\nHost: x\r\n'
    const answer = await raw(
      `${request}\r\n${request}\r\nHEAD /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    expect(answer.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(3)
    expect(answer.match(/"protocol":1/g)).toHaveLength(2)
  })
})

describe('every response', () => {
  it('carries the headers that protect the page', async () => {
    for (const path of ['/', '/api/server', '/health', '/nothing.js', '/signal']) {
      const { headers } = await get(server, path, undefined, { accept: 'x' }).catch(() =>
        fetch(server.url + path),
      )
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
      expect(policy).toContain(`connect-src 'self' wss://${server.host} ws://${server.host};`)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe-inline')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('permissions-policy')).toBe(
        'camera=(self), microphone=(self), display-capture=(self)',
      )
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('date')).toBeTruthy()
    }
  })
})

describe('the state of the server', () => {
  it('is public in the intended parts', async () => {
    expect((await get(server, '/api/server')).body).toEqual({
      sign_up: 'open',
      first_account: expect.stringMatching(/^(made|yours)$/),
      users_invite: true,
      version: server.listening.version,
    })
    expect((await get(server, '/version')).body).toEqual({
      version: server.listening.version,
      protocol: 1,
    })
    expect((await get(server, '/health')).body).toMatchObject({ status: 'ok', calls: 0 })
  })

  it('has numbers for requests from the same machine, and not through a proxy', async () => {
    const ask = async (host: string, ...lines: string[]): Promise<string> => {
      const all = [`Host: ${host}`, 'Connection: close', ...lines]
      return new Connection(server).send(request('GET /health', all)).all()
    }
    for (const host of [server.host, 'localhost', '[::1]:80']) {
      expect(await ask(host), host).toContain('"calls":')
    }
    const lines = ['X-Forwarded-For: 1.2.3.4', 'X-Real-IP: 1.2.3.4', 'Via: 1.1 proxy']
    for (const line of [...lines, 'Forwarded: for=1.2.3.4', 'X-Forwarded-Proto: https']) {
      const answer = await ask(server.host, line)
      expect(answer, line).toContain('"status":"ok"')
      expect(answer, line).not.toContain('"calls":')
    }
    expect(await ask('calls.example.org')).not.toContain('"calls":')
  })
})

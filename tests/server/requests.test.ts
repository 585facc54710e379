// Valid and invalid requests in the forms of other programs: raw bytes against the real server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, signUp, type Account } from './support/accounts'
import { Connection, handshake, request, statusOf } from './support/raw'
import { Server } from './support/server'

let server: Server
let ada: Account
let host: string
beforeAll(async () => {
  server = await Server.start()
  ada = await signUp(server, 'ada')
  host = `Host: ${server.host}`
})
afterAll(async () => server.stop())

const status = async (bytes: string): Promise<number> => statusOf(server, bytes)
const json = 'Content-Type: application/json'
const wrong = JSON.stringify({ user: 'nobody', password })
const right = JSON.stringify({ user: 'ada', password })

function signIn(body: string, lines: readonly string[] = [json]): string {
  return request(
    'POST /api/sign-in',
    [host, ...lines, `Content-Length: ${String(body.length)}`],
    body,
  )
}

describe('a signalling socket', () => {
  it('opens with Connection in two lines, and among other protocols', async () => {
    const two = handshake(
      server.host,
      ['Connection: keep-alive', 'Connection: Upgrade'],
      ['Connection'],
    )
    expect(await status(two)).toBe(101)
    expect(await status(handshake(server.host, ['Upgrade: h2c, WebSocket'], ['Upgrade']))).toBe(101)
    expect(await status(handshake(server.host, ['Upgrade: h2c']))).toBe(101)
  })

  it('opens on a page whose parent domain has many cookies', async () => {
    expect(await status(handshake(server.host, [`Cookie: a=${'x'.repeat(12_000)}`]))).toBe(101)
    expect(await status(handshake(server.host, [`Cookie: a=${'x'.repeat(30_000)}`]))).toBe(101)
  })

  it('does not open with an invalid key, or with another version', async () => {
    for (const key of ['abc', 'dGhlIHNhbXBsZSBub25jZQ', '']) {
      const lines = [`Sec-WebSocket-Key: ${key}`]
      expect([key, await status(handshake(server.host, lines, ['Sec-WebSocket-Key']))]).toEqual([
        key,
        400,
      ])
    }
    expect(
      await status(handshake(server.host, ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='])),
    ).toBe(400)
    const old = new Connection(server).send(
      handshake(server.host, ['Sec-WebSocket-Version: 8'], ['Sec-WebSocket-Version']),
    )
    expect(await old.all()).toMatch(/^HTTP\/1\.1 426 [^]*\r\nSec-WebSocket-Version: 13\r\n/)
  })

  it('opens with GET only, and with an upgrade only', async () => {
    const plain = await fetch(`${server.url}/signal`)
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket'])
    const posted = await fetch(`${server.url}/signal`, { method: 'POST' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
  })

  it('that is asked for without an upgrade leaves one warning, not many', async () => {
    for (let i = 0; i < 20; ++i) await fetch(`${server.url}/signal`)
    await expect.poll(() => server.log.match(/without an upgrade/g)).toHaveLength(1)
  })
})

describe('a client that sends Expect before its body', () => {
  const expecting = (line: string, lines: readonly string[] = [], length = 100): string =>
    request(line, [host, 'Expect: 100-continue', `Content-Length: ${String(length)}`, ...lines])

  it('is told to continue, and answered then', async () => {
    const connection = new Connection(server)
    connection.send(expecting('POST /api/sign-in', [json], right.length))
    await connection.hear(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
    connection.send(right)
    await connection.hear(/HTTP\/1\.1 200 OK/)
    connection.drop()
  })

  it('is refused at once if the body can not change the answer', async () => {
    const token = `Authorization: Bearer ${ada.token}`
    for (const [expected, line, lines, length] of [
      [401, 'PUT /api/settings', [json], 100],
      [401, 'PUT /api/settings', [json, 'Authorization: Bearer made-up'], 100],
      [413, 'POST /api/sign-in', [json], 20_000],
      [415, 'POST /api/sign-in', ['Content-Type: text/plain'], 100],
      [404, 'POST /api/nothing', [json], 100],
      [404, 'POST /nothing', [json], 100],
      [405, 'POST /api/me', [json], 100],
      [405, 'POST /health', [json], 100],
      [100, 'PUT /api/settings', [json, token], 100],
    ] as const) {
      expect([line, await status(expecting(line, lines, length))]).toEqual([line, expected])
    }
  })

  it('gets a 417 for another expectation', async () => {
    expect(await status(request('GET /version', [host, 'Expect: magic']))).toBe(417)
  })
})

describe('bodies', () => {
  it('are JSON in any spelling of the content type, and nothing else', async () => {
    for (const type of ['Application/JSON', 'application/json ; charset=UTF-8']) {
      expect(await status(signIn(right, [`Content-Type: ${type}`]))).toBe(200)
    }
    for (const type of ['application/jsonfoo', 'application/json; charset=utf-16', 'text/json']) {
      expect(await status(signIn(right, [`Content-Type: ${type}`]))).toBe(415)
    }
  })

  it('may come in chunks, byte by byte', async () => {
    const chunked = request('POST /api/sign-in', [host, json, 'Transfer-Encoding: chunked'])
    const chunks = [...right].map((c) => `1\r\n${c}\r\n`).join('')
    expect(await status(`${chunked}${chunks}0\r\n\r\n`)).toBe(200)
  })
})

describe('a request that two programs could read differently', () => {
  const after = 'GET /version HTTP/1.1\r\nHost: x\r\n\r\n'

  it('is refused, and nothing after it is read', async () => {
    const post = (lines: readonly string[], body = ''): string =>
      request('POST /api/sign-in', [host, json, ...lines], body)
    const bad: readonly (readonly [number, string])[] = [
      [400, request('GET /version')],
      [400, request('GET /version', [host, host])],
      [400, request('GET /version', [host, 'Host: other'])],
      [400, request('GET /version', ['Host: a, b'])],
      [400, request('GET /version', [host, 'X: a', ' folded'])],
      [400, request('GET /version', [host, 'X : a'])],
      [400, request('GET /version', [host, 'X: a\nContent-Length: 50'])],
      [400, post(['Content-Length: 5', 'Content-Length: 6'], wrong)],
      [400, post(['Content-Length: +5'], wrong)],
      [400, post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n')],
      [501, post(['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n')],
      [400, post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n')],
      [400, post(['Transfer-Encoding: chunked'], '0x1\r\na\r\n0\r\n\r\n')],
      [400, post(['Transfer-Encoding: chunked'], '1\r\nabc\r\n0\r\n\r\n')],
      [413, post(['Transfer-Encoding: chunked'], 'ffffffffffffffff1\r\n')],
      [400, post(['Content-Length: 0', json])],
      [431, request('GET /version', [host, `X: ${'y'.repeat(40_000)}`])],
      [505, 'GET /version HTTP/3.0\r\nHost: x\r\n\r\n'],
    ]
    for (const [expected, bytes] of bad) {
      const answer = await new Connection(server).send(bytes + after).all()
      expect([bytes.slice(0, 120), answer.slice(0, 12)]).toEqual([
        bytes.slice(0, 120),
        `HTTP/1.1 ${String(expected)}`,
      ])
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
      expect(answer).toContain('\r\nConnection: close\r\n')
    }
  })

  it('is logged, also when a browser sends too many cookies', async () => {
    const elsewhere = new Connection(server, '127.0.0.5')
    elsewhere.send(handshake(server.host, [`Cookie: a=${'x'.repeat(40_000)}`]))
    expect(await elsewhere.all()).toMatch(/^HTTP\/1\.1 431 /)
    await expect
      .poll(() => server.log)
      .toMatch(/request refused address=127\.0\.0\.5 status=431 why="header section too large"/)
  })

  it('is not one with an absolute target, of an old client, or in a pipeline', async () => {
    expect(await status(request(`GET http://${server.host}/version`, ['Host: other']))).toBe(200)
    const old = await new Connection(server).send('GET /version HTTP/1.0\r\n\r\n').all()
    expect(old).toMatch(/^HTTP\/1\.1 200 /)
    const row =
      signIn(wrong) + after + signIn(right) + request('GET /health', [host, 'Connection: close'])
    const answers = await new Connection(server).send(row).all()
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(
      [401, 200, 200, 200].map((code) => `HTTP/1.1 ${String(code)}`),
    )
  })
})

describe('a path', () => {
  it('that is unknown gets a 404', async () => {
    for (const path of [
      '/metrics',
      '/call/ada',
      '/settings',
      '/healthz/',
      '/api',
      '/signal/',
      '//',
    ]) {
      expect([path, (await fetch(server.url + path)).status]).toEqual([path, 404])
    }
  })

  it('answers other methods with the list of its methods', async () => {
    for (const [path, allowed] of [
      ['/', 'GET, HEAD'],
      ['/healthz', 'GET, HEAD'],
      ['/version', 'GET, HEAD'],
      ['/api/server', 'GET, HEAD'],
      ['/api/settings', 'GET, HEAD, PUT'],
      ['/api/sign-in', 'POST'],
    ] as const) {
      for (const method of ['DELETE', 'PATCH']) {
        const answer = await fetch(server.url + path, { method })
        expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, allowed])
      }
    }
    const options = await new Connection(server)
      .send(request('OPTIONS *', [host, 'Connection: close']))
      .all()
    expect(options).toMatch(
      /^HTTP\/1\.1 204 [^]*\r\nAllow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n/,
    )
  })

  it('for probes says whether the server runs, and whether it is ready', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await fetch(server.url + path)
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
      expect((await fetch(server.url + path, { method: 'HEAD' })).status).toBe(200)
    }
  })
})

describe('a server with public names', () => {
  let named: Server
  beforeAll(async () => {
    named = await Server.start({ 'public-host': 'calls.example, other.example:8443' })
  })
  afterAll(async () => named.stop())

  it('accepts these and the machine’s own names only', async () => {
    for (const [expected, name] of [
      [200, 'calls.example'],
      [200, 'Calls.Example:9000'],
      [200, 'other.example:8443'],
      [200, 'localhost:1'],
      [200, named.host],
      [421, 'other.example'],
      [421, 'evil.example'],
      [421, '10.0.0.1'],
    ] as const) {
      const answer = await statusOf(named, request('GET /version', [`Host: ${name}`]))
      expect([name, answer]).toEqual([name, expected])
    }
    expect(
      await statusOf(named, request('GET http://evil.example/', ['Host: calls.example'])),
    ).toBe(421)
    expect(await statusOf(named, request('GET /healthz', ['Host: 10.1.2.3']))).toBe(200)
    const refused = new Connection(named).send(request('GET /version', ['Host: 10.0.0.1']))
    await refused.hear(/"code":"server\/unknown-host","sentence":"This server does not answer/)
    refused.drop()
  })

  it('refuses a foreign page that uses its own name', async () => {
    const rebound = ['Origin: http://evil.example']
    expect(await statusOf(named, handshake('evil.example', rebound))).toBe(421)
    expect(
      await statusOf(named, handshake('calls.example', ['Origin: http://calls.example'])),
    ).toBe(101)
  })
})

describe('a page whose origin differs from the Host', () => {
  it('is logged with both, and separately when only the port differs', async () => {
    expect(await status(handshake('talk.example', ['Origin: http://talk.example:13001']))).toBe(403)
    await expect
      .poll(() => server.log)
      .toMatch(/origin=http:\/\/talk\.example:13001 host=talk\.example/)
    await expect.poll(() => server.log).toContain('differ in their ports only')
  })
})

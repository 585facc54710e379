// The refusals of a signalling socket.
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { get, post, signUp, type Account } from './support/accounts'
import { callId, Device, hello, open, uuid, type RawSocket } from './support/device'
import { linesOf, Windows } from './support/log'
import { Server } from './support/server'

let server: Server
let ada: Account
let bea: Account
const sockets: RawSocket[] = []

beforeAll(async () => {
  server = await Server.start({ 'allowed-origins': 'https://shop.example' })
  ada = await signUp(server, 'ada')
  bea = await signUp(server, 'bea')
})
afterAll(async () => server.stop())
afterEach(() => {
  for (const { socket } of sockets.splice(0)) socket.terminate()
})

async function raw(headers: Readonly<Record<string, string>> = {}): Promise<RawSocket> {
  const socket = await open(server, headers)
  sockets.push(socket)
  return socket
}

async function device(account: Account): Promise<Device> {
  const connected = await Device.connect(server, account)
  sockets.push(connected.raw)
  return connected
}

describe('the upgrade', () => {
  it('is open to the own page, listed pages, and programs other than browsers', async () => {
    for (const headers of [{}, { origin: server.url }, { origin: 'https://shop.example' }]) {
      const socket = await raw(headers)
      socket.send(hello(ada.token, uuid()))
      await socket.hear('welcome')
    }
  })

  it('is refused for all other pages, before a socket opens', async () => {
    const port = new URL(server.url).port
    const windows = new Windows()
    for (const origin of [
      'null',
      'https://evil.example',
      `${server.url}.evil.example`,
      `http://evil.example/${server.host}`,
      `http://${server.host}@evil.example`,
      `http://127.0.0.1:${port}0`,
      'http://127.0.0.1',
      `http://localhost:${port}`,
      `https://${server.host}.evil.example`,
      'http://shop.example',
      'https://shop.example:8443',
      `ws://${server.host}`,
    ]) {
      await expect(open(server, { origin }), origin).rejects.toThrow('status 403')
    }
    // The first five have lines of their own, the others are summed up.
    const refused = (): number => linesOf(server, 'account/foreign-origin').length
    await expect.poll(refused).toBeGreaterThanOrEqual(5)
    expect(refused()).toBeLessThanOrEqual(5 * windows.count)
  })

  it('exists at one path only', async () => {
    const response = await fetch(`${server.url}/api/signal`)
    expect(response.status).toBe(404)
  })
})

describe('a hello', () => {
  it('with an unknown token is refused with 4001', async () => {
    for (const token of ['', 'made-up', ada.token.slice(0, -1), `${ada.token}x`]) {
      const socket = await raw()
      socket.send(hello(token, uuid()))
      expect(await socket.hear('error')).toMatchObject({ code: 'account/not-signed-in' })
      expect((await socket.closed).code).toBe(4001)
    }
  })

  it('with a withdrawn token is refused with 4001', async () => {
    const { token } = await signUp(server, 'gone')
    await post(server, '/api/sign-out', {}, { authorization: `Bearer ${token}` })
    const socket = await raw()
    socket.send(hello(token, uuid()))
    expect((await socket.closed).code).toBe(4001)
  })

  it('without a supported version is refused with 4005', async () => {
    const socket = await raw()
    socket.send(hello(ada.token, uuid(), [2, 99]))
    expect(await socket.hear('error')).toMatchObject({ code: 'protocol/unsupported-version' })
    expect((await socket.closed).code).toBe(4005)
  })

  it('may list unknown versions', async () => {
    const socket = await raw()
    socket.send(hello(ada.token, uuid(), [7, 1]))
    expect(await socket.hear('welcome')).toMatchObject({ version: 1, me: { user: 'ada' } })
  })

  it('must be the first frame', async () => {
    for (const first of [
      '{',
      'null',
      '{"type":"ping"}',
      '{"type":"invite"}',
      '{"type":"future"}',
    ]) {
      const socket = await raw()
      socket.send(first)
      await socket.hear('error')
      expect([first, (await socket.closed).code]).toEqual([first, 4000])
    }
  })

  it('must come soon', async () => {
    const begun = Date.now()
    const socket = await raw()
    expect((await socket.closed).code).toBe(4003)
    expect(Date.now() - begun).toBeGreaterThan(4_500)
  })

  it('of a second socket of the same device replaces the first', async () => {
    const first = await device(ada)
    sockets.push((await Device.connect(server, ada, first.id)).raw)
    expect((await first.closed).code).toBe(4002)
  })
})

describe('bad frames', () => {
  it('that can be parsed are refused, and the session continues', async () => {
    const one = await device(ada)
    const bad: readonly [string, string, string?][] = [
      ['{"type":"future","seq":1}', 'protocol/unknown-message', 'type'],
      ['{"type":"invite","seq":2}', 'protocol/invalid-field', 'call'],
      [
        `{"type":"invite","call":7,"callee":"bea","kind":"audio","seq":3}`,
        'protocol/invalid-field',
        'call',
      ],
      [
        `{"type":"invite","call":"${callId()}","callee":"bea","kind":"smell","seq":4}`,
        'protocol/invalid-field',
        'kind',
      ],
      [`{"type":"hang_up","call":"${callId()}","seq":5}`, 'call/unknown-call'],
      [
        `{"type":"invite","call":"${callId()}","callee":"nobody","kind":"audio","seq":6}`,
        'call/unknown-user',
      ],
      [
        `{"type":"invite","call":"${callId()}","callee":"ada","kind":"audio","seq":7}`,
        'call/calling-oneself',
      ],
    ]
    for (const [index, [text, error, detail]] of bad.entries()) {
      one.raw.send(text)
      const refusal = await one.hear('error')
      expect(refusal).toMatchObject({ code: error, refers_to: index + 1 })
      expect(refusal['detail']).toBe(detail)
    }
    one.raw.send('{"type":"watch","users":["bea"],"seq":8}')
    await one.hear('presence')
  })

  it('with bad text are refused as malformed', async () => {
    const one = await device(ada)
    for (const text of [
      '',
      '{',
      '[1,2]',
      '{"type":"watch","users":["\\ud800"]}',
      '{"type":"ping","x":"\\udc00\\ud800"}',
      `{"type":"ping","x":${'['.repeat(5000)}}`,
    ]) {
      one.raw.send(text)
      expect((await one.hear('error'))['code']).toBe('protocol/malformed-message')
    }
    one.raw.send({ type: 'ping' })
    await one.hear('pong')
  })

  it('that are binary close the socket with 1003', async () => {
    const one = await device(ada)
    one.raw.socket.send(Buffer.from('{"type":"ping"}'), { binary: true })
    expect((await one.closed).code).toBe(1003)
  })

  it('that are too large close the socket with 1009, the largest allowed one does not', async () => {
    const one = await device(ada)
    const frame = (size: number) => {
      const shell = '{"type":"ping","x":""}'
      return shell.replace('""', `"${'x'.repeat(size - shell.length)}"`)
    }
    one.raw.send(frame(65_536))
    await one.hear('pong')
    one.raw.send(frame(65_537))
    expect((await one.closed).code).toBe(1009)

    const two = await device(ada)
    for (let i = 0; i < 70; ++i) two.raw.socket.send('x'.repeat(1000), { fin: i === 69 })
    expect((await two.closed).code).toBe(1009)
  })

  it('that are not UTF-8 close the socket with 1007', async () => {
    const one = await device(ada)
    one.raw.socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false })
    expect((await one.closed).code).toBe(1007)
  })

  it('that leave a gap close the socket with 4000', async () => {
    const one = await device(ada)
    one.raw.send('{"type":"watch","users":[],"seq":2}')
    expect((await one.closed).code).toBe(4000)
  })

  it('are logged once each, and no token is', async () => {
    // An account of its own: lines of others may still be on their way, and repeated lines of one
    // account are summed up.
    const eve = await signUp(server, 'eve')
    const one = await device(eve)
    one.say('future')
    await one.hear('error')
    one.say('watch', { users: [] })
    await one.hear('presence')
    await expect
      .poll(() => linesOf(server, 'protocol/unknown-message', ' user=eve '))
      .toHaveLength(1)
    expect(server.log).not.toContain(eve.token)
  })

  it('of one socket do not disturb another', async () => {
    const good = await device(bea)
    for (let i = 0; i < 20; ++i) {
      const bad = await raw()
      bad.send('garbage')
      await bad.closed
    }
    good.say('watch', { users: ['ada'] })
    await good.hear('presence')
    expect((await get(server, '/health')).body).toMatchObject({ status: 'ok' })
  })
})

describe('a client that', () => {
  it(
    'sends far too much is held back, and cut off when it goes on',
    { timeout: 60_000 },
    async () => {
      const one = await device(ada)
      const other = await device(bea)
      let sent = 0
      const flood = setInterval(() => {
        // TCP delays it once the server stops reading; a hostile client continues.
        for (let i = 0; i < 500 && one.raw.socket.bufferedAmount < 1_000_000; ++i) {
          one.raw.send({ type: 'ping' })
          ++sent
        }
      }, 50)
      let answered = 0
      let over = false
      const closing = one.closed.finally(() => (over = true))
      while (!over) {
        other.raw.send({ type: 'ping' })
        await other.hear('pong')
        ++answered
        await new Promise((resolve) => setTimeout(resolve, 50)) // well within the limits
      }
      // Repeatedly, while the other client floods.
      expect(answered).toBeGreaterThan(10)
      const closed = await closing
      clearInterval(flood)
      expect(closed.code).toBe(1008)
      expect(sent).toBeGreaterThan(2_000)
    },
  )

  it('stops reading is closed in bounded time', { timeout: 60_000 }, async () => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    const gone = new Promise<void>((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.write(
      `GET /signal HTTP/1.1\r\nHost: ${server.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    const frame = (text: string) => {
      const body = Buffer.from(text)
      const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 255, 0, 0, 0, 0])
      return Buffer.concat([head, body])
    }
    socket.write(frame(JSON.stringify(hello(ada.token, uuid()))))
    // Each refusal repeats the detail; the client reads no answer.
    const flood = setInterval(() => {
      for (let i = 0; i < 20; ++i) socket.write(frame(`{"type":"${'x'.repeat(3000)}"}`))
    }, 100)
    await gone
    clearInterval(flood)
  })
})

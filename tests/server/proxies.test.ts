// The server behind real reverse proxies, and behind simulated ones.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { password, signUp, type Account } from './support/accounts'
import { hello, RawSocket, uuid } from './support/device'
import { linesOf, Windows } from './support/log'
import { Proxy } from './support/proxy'
import { request, statusOf } from './support/raw'
import { Server } from './support/server'

const ATTEMPTS = 5

let server: Server
let ada: Account
let names = 0

beforeEach(async () => {
  server = await Server.start({
    'trusted-proxies': '127.0.0.1',
    'attempts-per-minute': String(ATTEMPTS),
  })
  ada = await signUp(server, 'ada')
})
afterEach(async () => server.stop())

/** The status of a sign-in through `url`, with these lines in its head. */
async function signIn(
  url: string,
  lines: readonly string[],
  { user = `nobody-${String(++names)}`, secret = 'wrong password', from = '127.0.0.1' } = {},
): Promise<number> {
  const body = JSON.stringify({ user, password: secret })
  const head = [`Host: ${new URL(url).host}`, 'Content-Type: application/json']
  const length = `Content-Length: ${String(body.length)}`
  const bytes = request('POST /api/sign-in', [...head, length, ...lines], body)
  return statusOf({ url }, bytes, from)
}

/** The statuses of several sign-ins, each with other lines. */
async function signIns(
  url: string,
  count: number,
  lines: (count: number) => readonly string[],
): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let i = 1; i <= count; ++i) statuses.push(await signIn(url, lines(i)))
  return statuses
}

const limited = [...Array<number>(ATTEMPTS).fill(401), 429, 429]

describe('the address of a client behind a proxy', () => {
  it('is the last entry of all lines that is not a trusted proxy', async () => {
    const own = await signIns(server.url, limited.length, (i) => [
      `X-Forwarded-For: 7.7.7.${String(i)}`,
      'X-Forwarded-For: 6.6.6.6, 127.0.0.1',
    ])
    expect(own).toEqual(limited)
    expect(await signIn(server.url, ['X-Forwarded-For: 6.6.6.7'])).toBe(401)
  })

  it('is the same with and without a port', async () => {
    const ports = await signIns(server.url, limited.length, (i) => [
      `X-Forwarded-For: 198.51.100.7:5000${String(i)}`,
    ])
    expect(ports).toEqual(limited)
    expect(await signIn(server.url, ['X-Forwarded-For: 198.51.100.7'])).toBe(429)
    const six = await signIns(server.url, limited.length, (i) => [
      `X-Forwarded-For: "[2001:db8::${String(i)}]:4430"`,
    ])
    expect(six).toEqual(limited)
    const right = { user: 'ada', secret: password }
    expect(await signIn(server.url, ['X-Forwarded-For: 203.0.113.9:40000'], right)).toBe(200)
  })

  it('that is invalid is logged once, counted together, and not as the proxy’s', async () => {
    const windows = new Windows()
    const words = await signIns(server.url, limited.length, (i) => [
      `X-Forwarded-For: unknown${String(i)}`,
    ])
    expect(words).toEqual(limited)
    expect(await signIn(server.url, ['X-Forwarded-For: 203.0.113.9'])).toBe(401)
    expect(await signIn(server.url, [])).toBe(401)
    const told = (): number => linesOf(server, 'holds something that is no address').length
    await expect.poll(told).toBeGreaterThan(0)
    expect(told()).toBeLessThanOrEqual(windows.count)
  })
})

const proxies = {
  nginx: async (upgrade: boolean): Promise<Proxy> =>
    Proxy.nginx(server.host, [
      'proxy_set_header Host $http_host;',
      'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
      ...(upgrade
        ? [
            'proxy_http_version 1.1;',
            'proxy_set_header Upgrade $http_upgrade;',
            'proxy_set_header Connection "upgrade";',
          ]
        : []),
    ]),
  HAProxy: async (upgrade: boolean): Promise<Proxy> =>
    Proxy.haproxy(server.host, [
      'option forwardfor',
      ...(upgrade ? [] : ['http-request del-header Upgrade']),
    ]),
}

describe.each(Object.entries(proxies))('%s', (_name, start) => {
  let proxy: Proxy
  beforeEach(async () => {
    proxy = await start(true)
  })
  afterEach(async () => proxy.stop())

  it('forwards pages and signalling sockets', async () => {
    expect((await fetch(`${proxy.url}/healthz`)).status).toBe(200)
    const raw = new RawSocket(
      new WebSocket(`${proxy.url.replace('http', 'ws')}/signal`, { origin: proxy.url }),
    )
    await new Promise((resolve) => raw.socket.once('open', resolve))
    raw.send(hello(ada.token, uuid()))
    expect(await raw.hear('welcome')).toMatchObject({ me: { user: 'ada' } })
    raw.socket.terminate()
  })

  it('does not let clients choose their counted address', async () => {
    // From an address that is not a trusted proxy.
    const statuses: number[] = []
    for (let i = 1; i <= limited.length; ++i) {
      const lines = [`X-Forwarded-For: 29.9.9.${String(i)}`, `X-Forwarded-For: 30.9.9.${String(i)}`]
      statuses.push(await signIn(proxy.url, lines, { from: '127.0.0.3' }))
    }
    expect(statuses).toEqual(limited)
  })

  it('that removes the upgrade is named once in the log', async () => {
    const deaf = await start(false)
    try {
      for (let i = 0; i < 5; ++i) {
        const socket = new WebSocket(`${deaf.url.replace('http', 'ws')}/signal`)
        await new Promise((resolve) => socket.once('error', resolve))
      }
    } finally {
      await deaf.stop()
    }
    await expect.poll(() => server.log).toContain('without an upgrade')
    await expect.poll(() => server.log.match(/without an upgrade/g)).toHaveLength(1)
  })
})

describe('nginx that loses the port of the Host', () => {
  it('is named in the log', async () => {
    const proxy = await Proxy.nginx(server.host, ['proxy_set_header Host $host;'])
    try {
      expect(await signIn(proxy.url, [`Origin: ${proxy.url}`])).toBe(403)
      await expect.poll(() => server.log).toContain('differ in their ports only')
    } finally {
      await proxy.stop()
    }
  })
})

// Request heads with a false client address, host or body length, sent to a server that trusts its
// proxies. Each is sent by the proxy (127.0.0.1) and by another client (127.0.0.9).
import { describe, expect, it } from 'vitest'
import { signUp } from '../support/accounts'
import { Device } from '../support/device'
import { Connection, handshake, request } from '../support/raw'
import type { Server } from '../support/server'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

const proxied = { 'trusted-proxies': '127.0.0.1, 10.0.0.0/8', 'public-host': 'calls.example' }
const proxy = '127.0.0.1'
const stranger = '127.0.0.9'

const host = 'Host: calls.example'
const json = 'Content-Type: application/json'
const hidden = 'GET /hidden HTTP/1.1\r\nHost: calls.example\r\n\r\n'

/** Sends the bytes, and returns the start of each answer once the server has closed. */
async function answersTo(server: Server, bytes: string, from: string): Promise<readonly number[]> {
  const connection = new Connection(server, from).send(bytes)
  const received = await connection.all()
  return [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))
}

/**
 * Bodies whose end two programs could read differently. One answer, a refusal, and nothing after
 * it.
 */
const framings: readonly (readonly string[])[] = [
  ['Content-Length: 4', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', 'Content-Length: 4'],
  ['Content-Length: 4', 'Content-Length: 5'],
  ['Content-Length: 4, 5'],
  ['Content-Length: +4'],
  ['Content-Length: -1'],
  ['Content-Length: 0x4'],
  ['Content-Length: 4 4'],
  ['Content-Length:'],
  ['Content-Length: 99999999999999999999'],
  ['Content-Length : 4'],
  ['Transfer-Encoding : chunked'],
  ['Transfer-Encoding: chunked, identity'],
  ['Transfer-Encoding: xchunked'],
  ['Transfer-Encoding: chunked, chunked'],
  ['Transfer-Encoding: \u000bchunked'],
  ['X: y\r\n Transfer-Encoding: chunked', 'Content-Length: 4'],
  ['X: y\rTransfer-Encoding: chunked'],
  ['X: y\u0000', 'Content-Length: 4'],
]

/** Hosts that are malformed, or not this server's. */
const hosts: readonly (readonly string[])[] = [
  [],
  ['Host: calls.example', 'Host: calls.example'],
  ['Host: calls.example, evil.example'],
  ['Host: evil.example'],
  ['Host: calls.example@evil.example'],
  ['Host: calls.example evil.example'],
  ['Host: calls.example:99999'],
  ['Host: [::1'],
  [`Host: ${'a'.repeat(5000)}`],
  ['Host: evil.example', 'X-Forwarded-Host: calls.example'],
  ['Host: evil.example', 'Forwarded: host=calls.example'],
]

/** Addresses: for any value, the request is counted for some address, and answered. */
const forwarded: readonly (readonly string[])[] = [
  ['X-Forwarded-For: 10.0.0.1, 127.0.0.1'],
  [`X-Forwarded-For: ${Array(1500).fill('10.0.0.1').join(', ')}`],
  [`X-Forwarded-For: ${','.repeat(5000)}`],
  ['X-Forwarded-For: unknown, _hidden, "1.2.3.4", [::1]:99999, 1.2.3.4.5, ::ffff:10.0.0.1'],
  ['X-Forwarded-For: fe80::1%25eth0', 'X-Forwarded-For: 127.0.0.1'],
  ['X-Forwarded-For:', 'X-Forwarded-For: \u00ff\u00fe'],
  ['X-Forwarded-For: 6.6.6.6', 'Connection: close, X-Forwarded-For'],
  ['Forwarded: for=6.6.6.6;host=evil.example;proto=https', 'X-Forwarded-Proto: https'],
  [`Forwarded: ${'for=_'.repeat(3000)}`],
  ['Connection: close, Host, Authorization', 'Keep-Alive: timeout=99999999'],
]

/** Pages that are not the server's own. */
const origins = [
  'https://evil.example',
  'null',
  'http://calls.example.evil.example',
  'http://calls.example@evil.example',
  'http://calls.example:80:80',
  'http://evil.example, http://calls.example',
  `http://${'a'.repeat(4000)}.example`,
  'file://calls.example',
]

describe('forged heads', () => {
  it(
    'of every kind',
    async () => {
      await underAttack(proxied, async ({ server }) => {
        const eve = await signUp(server, 'eve')
        const bearer = `Authorization: Bearer ${eve.token}`
        await attack(server, async () => {
          for (const from of [proxy, stranger]) {
            for (const lines of framings) {
              const bytes = request(
                'POST /api/sign-in',
                [host, json, ...lines],
                `0\r\n\r\n${hidden}`,
              )
              const answers = await answersTo(server, bytes, from)
              expect([lines, answers.length], String(answers)).toEqual([lines, 1])
              expect(answers[0], String(lines)).toBeGreaterThanOrEqual(400)
            }
            for (const lines of hosts) {
              const bytes = request('GET /version', [...lines, 'Connection: close'])
              const answers = await answersTo(server, bytes, from)
              expect([lines, answers[0] === 400 || answers[0] === 421]).toEqual([lines, true])
            }
            for (const lines of forwarded) {
              const bytes = request('GET /version', ['Connection: close', host, ...lines])
              expect([lines, await answersTo(server, bytes, from)]).toEqual([lines, [200]])
            }
            for (const origin of origins) {
              const fromPage = [`Origin: ${origin}`, 'Connection: close']
              const change = ['Content-Length: 2', host, json, bearer, ...fromPage]
              const put = request('PUT /api/settings', change, '{}')
              expect([origin, await answersTo(server, put, from)]).toEqual([origin, [403]])
              const upgrade = handshake('calls.example', [`Origin: ${origin}`])
              const socket = new Connection(server, from).send(upgrade)
              expect([origin, (await socket.hear(/^HTTP\/1\.1 (\d+)/))[1]]).toEqual([origin, '403'])
              socket.drop()
            }
          }
        })
        // Neither sign-ins nor limits were affected.
        const device = await Device.connect(server, eve)
        device.drop()
      })
    },
    attackTimeoutMs,
  )
})

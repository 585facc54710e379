// One address opens connections and sends nothing, or half a request, while others want to connect.
// The table of places is small here, so that a few hundred connections are a flood.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { get, signUp, type Account } from '../support/accounts'
import { Device, uuid } from '../support/device'
import { Connection, request } from '../support/raw'
import { Server } from '../support/server'

const MAX_CONNECTIONS = 200
const HALF_REQUESTS = 1_020
const HONEST_HELLOS = 20

let server: Server
let ada: Account
let crowd: Connection[] = []

beforeEach(async () => {
  server = await Server.start({ 'max-connections': String(MAX_CONNECTIONS) })
  ada = await signUp(server, 'ada')
})
afterEach(async () => {
  for (const connection of crowd) connection.drop()
  crowd = []
  await server.stop()
})

/** Half a request: a head that promises a body. */
function halfRequest(from: string): void {
  const half = request('POST /api/sign-in', [`Host: ${server.host}`, 'Content-Length: 100'])
  crowd.push(new Connection(server, from).send(half))
}

describe('a flood of half requests from one address', () => {
  it('does not prevent the hello of others, and is named in the log', async () => {
    let left = HALF_REQUESTS
    const flood = setInterval(() => {
      for (let i = 0; i < 20 && left > 0; ++i, --left) halfRequest('127.0.0.2')
    }, 5)
    try {
      for (let i = 0; i < HONEST_HELLOS; ++i) {
        const device = await Device.connect(server, ada)
        device.drop()
      }
      await expect.poll(() => left).toBe(0)
    } finally {
      clearInterval(flood)
    }
    const device = await Device.connect(server, ada)
    device.drop()
    await expect.poll(() => server.log).toMatch(/give way.* most_from=127\.0\.0\.2/)
    // One line for each ten seconds of the flood.
    const lines = server.log.match(/connections give way|connections are refused/g) ?? []
    expect(lines.length).toBeLessThan(10)
  })

  it('from many addresses closes the oldest silent connections first', async () => {
    const device = await Device.connect(server, ada)
    for (let i = 0; i < 2 * MAX_CONNECTIONS; ++i) halfRequest(`127.0.${String(1 + (i % 100))}.3`)
    await expect
      .poll(() => crowd.filter(({ socket }) => socket.destroyed).length)
      .toBeGreaterThan(0)
    const again = await Device.connect(server, ada)
    expect((await get(server, '/version')).status).toBe(200)
    again.drop()
    // Connections with a hello stay.
    device.say('subscribe', { users: [] })
    expect(device.raw.socket.readyState).toBe(device.raw.socket.OPEN)
    device.drop()
  })
})

describe('two addresses that hold all places, with hellos', () => {
  const sessionsEach = 16

  it('lose places to an address with fewer, and are told when to return', async () => {
    const accounts: Account[] = []
    for (let i = 0; i * sessionsEach < MAX_CONNECTIONS; ++i) {
      accounts.push(await signUp(server, `crowd${String(i)}`))
    }
    const devices: Device[] = []
    const honest: Device[] = []
    try {
      // More than there are places: the connections that made the accounts are closed.
      for (let i = 0; i < MAX_CONNECTIONS; ++i) {
        const account = accounts[Math.floor(i / sessionsEach)] ?? ada
        const from = i < (MAX_CONNECTIONS * 3) / 4 ? '127.0.0.2' : '127.0.0.3'
        devices.push(await Device.connect(server, account, uuid(), from))
      }
      const newest = devices[(MAX_CONNECTIONS * 3) / 4 - 1]
      for (let i = 0; i < 10; ++i) honest.push(await Device.connect(server, ada))
      expect(await newest?.raw.hear('goodbye')).toMatchObject({ code: 'call/overloaded' })
      expect((await newest?.closed)?.code).toBe(1008)
      // The smaller one of the two loses no connection.
      const smaller = devices.slice((MAX_CONNECTIONS * 3) / 4)
      for (const { raw } of smaller) expect(raw.socket.readyState).toBe(raw.socket.OPEN)
    } finally {
      for (const device of [...devices, ...honest]) device.drop()
    }
  })
})

describe('a slow request', () => {
  it('ends when its head or its body is not complete in time', async () => {
    const head = new Connection(server).send('GET / HTTP/1.1\r\nHost: x\r\n')
    const body = new Connection(server).send(
      request('POST /api/sign-in', [`Host: ${server.host}`, 'Content-Length: 10000'], '{'),
    )
    const silent = new Connection(server)
    crowd.push(head, body, silent)
    const trickle = setInterval(() => {
      head.send('X: y\r\n')
      body.send(' ')
    }, 500)
    try {
      expect(await silent.all()).toBe('')
      expect(await head.all()).toMatch(/^HTTP\/1\.1 408 /)
      expect(await body.all()).toMatch(/^HTTP\/1\.1 408 /)
    } finally {
      clearInterval(trickle)
    }
  })
})

// Logins for TURN servers: a real server accepts the login of a welcome, and no other.
import { createHmac } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signUp, type Account } from './support/accounts'
import { Device } from './support/device'
import { run, Server, type Ended } from './support/server'
import { Coturn } from './support/turn'

const secret = 'four score and seven secrets'
const halfADayS = 12 * 60 * 60
// The time between the server's clock reading and the test's, on a busy machine.
const closeS = 60

type IceServer = {
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
}

let coturn: Coturn
let server: Server
let folder: string
let file: string
let ada: Account

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-turn-'))
  file = join(folder, 'secret')
  await writeFile(file, `${secret}\n`, { mode: 0o600 })
  coturn = await Coturn.start(secret)
  server = await Server.start({
    'ice-servers': 'stun:127.0.0.1:3478',
    'turn-servers': `${coturn.url}, ${coturn.url}?transport=tcp`,
    'turn-secret-file': file,
  })
  ada = await signUp(server, 'ada')
})
afterAll(async () => {
  await server.stop()
  await coturn.stop()
  await rm(folder, { recursive: true, force: true })
})

async function login(): Promise<IceServer> {
  const device = await Device.connect(server, ada)
  device.drop()
  const [stun, turn] = device.welcome['ice_servers'] as readonly IceServer[]
  expect(stun?.urls).toEqual(['stun:127.0.0.1:3478'])
  if (turn === undefined) throw new Error('no TURN server in the welcome')
  return turn
}

const passwordFor = (name: string): string =>
  createHmac('sha1', secret).update(name).digest('base64')

describe('a TURN login', () => {
  it('gets a relay from coturn', async () => {
    const { urls, username, credential } = await login()
    expect(urls).toEqual([coturn.url, `${coturn.url}?transport=tcp`])
    expect(await coturn.grants(username, credential)).toBe(true)
  })

  it('is valid for half a day, names no account, and differs with the second', async () => {
    const { username } = await login()
    const [expires = '', user = ''] = username.split(':')
    expect(user).toMatch(/^[0-9a-f]{32}$/)
    const left = Number(expires) - Date.now() / 1000
    expect(Math.abs(left - halfADayS)).toBeLessThan(closeS)
    await expect.poll(async () => (await login()).username).not.toBe(username)
  })

  it('that was altered or has expired gets none', async () => {
    const { username, credential } = await login()
    const later = username.replace(/^\d+/, (expires) => String(Number(expires) + 1))
    expect(await coturn.grants(later, credential)).toBe(false)
    expect(await coturn.grants(`${username}0`, credential)).toBe(false)
    expect(await coturn.grants(username, passwordFor(later))).toBe(false)
    const past = `${String(Math.floor(Date.now() / 1000) - 1)}:ada`
    expect(await coturn.grants(past, passwordFor(past))).toBe(false)
  })
})

describe('the secret of the TURN servers', () => {
  it('is in no message, log line or command line', async () => {
    const { welcome } = await Device.connect(server, ada)
    expect(JSON.stringify(welcome)).not.toContain(secret)
    expect(server.log).not.toContain(secret)
    const commandLine = await readFile(`/proc/${String(server.pid)}/cmdline`, 'utf8')
    expect(commandLine).toContain(file)
    expect(commandLine).not.toContain(secret)
  })

  it('is read again on SIGHUP, and connected clients get logins from the new one', async () => {
    const [next, own] = ['quite another secret of tomorrow', join(folder, 'rotated')]
    await writeFile(own, `${secret}\n`, { mode: 0o600 })
    // Both are good while the servers change from one to the other.
    const both = await Coturn.start(secret, next)
    const rotated = await Server.start({ 'turn-servers': both.url, 'turn-secret-file': own })
    try {
      const device = await Device.connect(rotated, await signUp(rotated, 'ada'))
      await writeFile(own, `${next}\n${secret}\n`)
      rotated.signal('SIGHUP')
      const { ice_servers: told } = await device.hear('ice_servers')
      const [{ username = '', credential = '' } = {}] = told as readonly IceServer[]
      expect(credential).toBe(createHmac('sha1', next).update(username).digest('base64'))
      expect(await both.grants(username, credential)).toBe(true)
      await writeFile(own, '\n')
      rotated.signal('SIGHUP')
      await expect.poll(() => rotated.log).toContain('has no secret in its first line')
      const { welcome } = await Device.connect(rotated, await signUp(rotated, 'bea'))
      const [still] = welcome['ice_servers'] as readonly IceServer[]
      expect(still?.credential).toBe(
        createHmac('sha1', next)
          .update(still?.username ?? '')
          .digest('base64'),
      )
      expect(rotated.log).not.toContain(next)
    } finally {
      await rotated.stop()
      await both.stop()
    }
  })

  it('is checked before the start', async () => {
    const check = async (path: string): Promise<Ended> =>
      run([
        ...['config', 'check', '--listen', '127.0.0.1:0', '--data', join(folder, 'data')],
        ...['--turn-servers', 'turn:turn.example', '--turn-secret-file', path],
      ])
    const good = await check(file)
    expect([good.status, good.out.includes('warning: turn-secret')], good.err).toEqual([0, false])
    expect(good.out).not.toContain(secret)
    const missing = await check(join(folder, 'missing'))
    expect([missing.status, missing.err]).toEqual([
      1,
      `parley: turn-secret-file ${join(folder, 'missing')}: can't be read\n`,
    ])
    const weak = join(folder, 'weak')
    await writeFile(weak, 'north\n')
    await chmod(weak, 0o644)
    const { status, out } = await check(weak)
    expect(status).toBe(0)
    expect(out).toContain('can guess a secret this short')
    expect(out).toContain(`others on this machine can read it: chmod 600 it`)
    expect(out).not.toContain('north')
  })

  it('that can not be read prevents the start of the server', async () => {
    const { status, err } = await run([
      ...['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'data')],
      ...['--turn-servers', 'turn:turn.example', '--turn-secret-file', join(folder, 'missing')],
    ])
    expect(status).toBe(1)
    expect(err).toContain("the secret of the TURN servers can't be had")
  })
})

// The relay that the server runs by itself: coturn, with logins that it takes, back when it dies, and
// gone when the server is.
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { signUp, type Account } from './support/accounts'
import { Device } from './support/device'
import { freePort } from './support/ports'
import { run, Server, type Options } from './support/server'
import { grantsRelay, refusesPeer } from './support/turn'

type IceServer = {
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
}

let server: Server | undefined
let port = 0
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-relay-'))
  // Programs in it are run by another user when root runs the tests.
  await chmod(folder, 0o755)
})
afterAll(async () => rm(folder, { recursive: true, force: true }))
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function start(options: Options = {}): Promise<Server> {
  port = await freePort()
  server = await Server.start({
    relay: 'embedded',
    'relay-port': String(port),
    'relay-ports': '40160-40259',
    // The order of its URLs would follow their times.
    'relay-probes': '0',
    ...options,
  })
  return server
}

/** On a busy machine the server may listen before its relay works. */
async function startWithRelay(): Promise<Server> {
  const running = await start()
  await expect.poll(() => running.log).toContain('the relay works')
  return running
}

async function relayFor(of: Server, account: Account): Promise<IceServer | undefined> {
  const device = await Device.connect(of, account)
  device.drop()
  return (device.welcome['ice_servers'] as readonly IceServer[]).at(-1)
}

/** The processes that run in the folder of the relay. */
async function relaysOf(data: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const where = await readlink(`/proc/${name}/cwd`).catch(() => '')
    if (where === join(data, 'relay')) found.push(Number(name))
  }
  return found
}

async function makeCertificate(name: string, certificate: string, key: string): Promise<void> {
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', '30', '-subj', `/CN=${name}`, '-keyout', key, '-out', certificate],
  ])
}

/** The name in the certificate of whoever listens there. */
async function nameAt(tlsPort: number): Promise<string | readonly string[] | undefined> {
  const socket = connect({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const name = socket.getPeerCertificate().subject.CN
  socket.destroy()
  return name
}

/** A number that the system tells of a process. */
async function statusOf(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8')
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
}

const secretOf = async (data: string): Promise<string> => {
  const text = await readFile(join(data, 'relay', 'turnserver.conf'), 'utf8')
  return /^static-auth-secret=(.+)$/m.exec(text)?.[1] ?? ''
}

describe('the embedded relay', () => {
  it('takes the logins that clients get, which do not name the account', async () => {
    const running = await startWithRelay()
    const relay = await relayFor(running, await signUp(running, 'ada'))
    const url = `turn:127.0.0.1:${String(port)}`
    expect(relay?.urls).toEqual([url, `${url}?transport=tcp`])
    const { username = '', credential = '' } = relay ?? {}
    expect(username).toMatch(/^\d+:[0-9a-f]{32}$/)
    expect(await grantsRelay(port, username, credential)).toBe(true)
    expect(await grantsRelay(port, username, `${credential}x`)).toBe(false)
  })

  it('relays nothing to private networks and to this machine', async () => {
    const running = await startWithRelay()
    const login = await relayFor(running, await signUp(running, 'ada'))
    if (login === undefined) throw new Error('no relay in the welcome')
    for (const peer of ['10.1.2.3', '192.168.1.1', '169.254.169.254', '127.0.0.2']) {
      expect([peer, await refusesPeer(port, login, peer)]).toEqual([peer, true])
    }
  })

  it('keeps its secret to itself', async () => {
    const running = await start({ 'log-level': 'debug' })
    const file = join(running.data, 'relay', 'turnserver.conf')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(running.data, 'relay'))).mode & 0o777).toBe(0o700)
    const first = await secretOf(running.data)
    expect(first.length).toBeGreaterThan(40)
    await expect.poll(() => running.log).toContain('debug relay line=')
    expect(running.log).not.toContain(first)
    expect(await running.exitAfter('SIGTERM')).toBe(0)
    await running.restart({ relay: 'embedded', 'relay-port': String(port) })
    expect(await secretOf(running.data)).not.toBe(first)
  })

  it('comes back when it dies, and takes the logins of before', async () => {
    const running = await startWithRelay()
    const ada = await signUp(running, 'ada')
    const before = await relayFor(running, ada)
    const [pid = 0] = await relaysOf(running.data)
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => running.log).toContain('code=relay/ended')
    await expect.poll(async () => (await relayFor(running, ada))?.urls).toEqual(before?.urls)
    expect(await relaysOf(running.data)).not.toContain(pid)
    const { username = '', credential = '' } = before ?? {}
    expect(await grantsRelay(port, username, credential)).toBe(true)
  })

  it('is run by itself when others can reach the server', async () => {
    const reachable = { 'trusted-proxies': '10.0.0.0/8', 'relay-address': '127.0.0.1' }
    const running = await start({ relay: 'auto', ...reachable })
    await expect.poll(() => running.log).toContain('the relay works')
    expect(await relaysOf(running.data)).toHaveLength(1)
    expect(await running.exitAfter('SIGTERM')).toBe(0)
    await running.restart({ relay: 'auto', 'relay-port': String(port) })
    expect(await relaysOf(running.data)).toEqual([])
  })

  it('ends with the server, whether that stops or is killed', async () => {
    const running = await start()
    expect(await relaysOf(running.data)).toHaveLength(1)
    expect(await running.exitAfter('SIGTERM')).toBe(0)
    expect(await relaysOf(running.data)).toEqual([])
    await running.restart({ relay: 'embedded', 'relay-port': String(port) })
    expect(await relaysOf(running.data)).toHaveLength(1)
    running.signal('SIGKILL')
    await running.exit()
    await expect.poll(async () => relaysOf(running.data)).toEqual([])
  })

  it('ends with a killed server even when the kernel does not end it', async () => {
    // As with a program that has file capabilities: the wish to die with the parent is lost.
    const wrapper = join(folder, 'wrapper')
    const script = '#!/bin/sh\nexec setpriv --pdeathsig clear turnserver "$@"\n'
    await writeFile(wrapper, script, { mode: 0o755 })
    const running = await start({ 'relay-program': wrapper })
    await expect.poll(() => running.log).toContain('the relay works')
    expect(await relaysOf(running.data)).toHaveLength(1)
    running.signal('SIGKILL')
    await running.exit()
    await expect.poll(async () => relaysOf(running.data)).toEqual([])
  })

  it('never runs as root', async () => {
    const running = await startWithRelay()
    const [pid = 0] = await relaysOf(running.data)
    const own = process.getuid?.() ?? 0
    const user = await statusOf(pid, 'Uid')
    expect(own === 0 ? user > 0 : user === own).toBe(true)
    expect((await stat(join(running.data, 'relay', 'turnserver.conf'))).uid).toBe(user)
  })

  it('speaks TLS when the server has a certificate', async () => {
    const [certificate, key] = [join(folder, 'chain.pem'), join(folder, 'key.pem')]
    await makeCertificate('calls.example', certificate, key)
    const tlsPort = await freePort()
    const running = await start({
      'relay-tls-port': String(tlsPort),
      'tls-certificate': certificate,
      'tls-key': key,
    })
    await expect.poll(() => running.log).toContain('the relay works')
    expect(await nameAt(tlsPort)).toBe('calls.example')
    await makeCertificate('renewed.example', certificate, key)
    running.signal('SIGHUP')
    await expect.poll(async () => nameAt(tlsPort)).toBe('renewed.example')
  })
})

describe('a server that still waits for its relay', () => {
  it('ends when it is told to, and never listens', async () => {
    const [idle, up] = [join(folder, 'idle'), join(folder, 'up')]
    await mkdir(up, { mode: 0o777 })
    await chmod(up, 0o777)
    await writeFile(idle, `#!/bin/sh\n: > '${up}/up'\nexec sleep 60\n`, { mode: 0o755 })
    const ended = run([
      ...['serve', '--listen', '127.0.0.1:0', '--data', join(folder, 'idle-data')],
      ...['--relay', 'embedded', '--relay-port', String(await freePort())],
      ...['--relay-program', idle, '--stop-delay', '60'],
    ])
    await expect.poll(async () => readdir(up)).toEqual(['up'])
    const [idlePid = 0] = await relaysOf(join(folder, 'idle-data'))
    process.kill(await statusOf(idlePid, 'PPid'), 'SIGTERM')
    const { status, out, err } = await ended
    expect([status, out], err).toEqual([0, ''])
    expect(await relaysOf(join(folder, 'idle-data'))).toEqual([])
  })
})

describe('a server without a relay', () => {
  it('works, and says what is missing and what that costs', async () => {
    const program = 'no-such-turnserver'
    const running = await start({ 'relay-program': program })
    expect(await relayFor(running, await signUp(running, 'ada'))).toBeUndefined()
    await expect
      .poll(() => running.log)
      .toContain('calls between networks that need one fail; install coturn')
    expect(running.log.match(/code=relay\/not-installed/g)).toHaveLength(1)
    const checked = await run([
      ...['config', 'check', '--listen', '127.0.0.1:0', '--data', running.data],
      ...['--relay', 'embedded', '--relay-program', program],
    ])
    expect([
      checked.status,
      checked.out.includes(`relay-program ${program}: is not installed`),
    ]).toEqual([0, true])
  })

  it('works while another program has the port', async () => {
    const other = createSocket('udp4')
    await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve))
    const running = await start({ 'relay-port': String(other.address().port) })
    await expect.poll(() => running.log).toContain('code=relay/port-in-use')
    const ada = await signUp(running, 'ada')
    expect(await relayFor(running, ada)).toBeUndefined()
    await new Promise<void>((resolve) => other.close(() => resolve()))
    await expect.poll(async () => (await relayFor(running, ada))?.urls).toHaveLength(2)
  })

  it.each([
    ['exits', '#!/bin/sh\necho no >&2\nexit 1\n', 'why="exited with 1: no"'],
    ['prints without end', '#!/bin/sh\nwhile :; do echo 0123456789; done\n', 'listening'],
    ['is none', 'neither a script\0nor another program', 'code=relay/'],
  ])('works with a program that %s', async (_what, script, said) => {
    const program = join(folder, 'program')
    await writeFile(program, script, { mode: 0o755 })
    const running = await start({ 'relay-program': program })
    await expect.poll(() => running.log).toContain(said)
    expect(await relayFor(running, await signUp(running, 'ada'))).toBeUndefined()
    expect(await running.exitAfter('SIGTERM')).toBe(0)
  })
})

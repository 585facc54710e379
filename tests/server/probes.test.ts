// TURN servers are tried by the server itself: real ones that work, that take other secrets, that are
// stopped, or that are set up in a wrong way.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { get, signUp, type Account } from './support/accounts'
import { Device } from './support/device'
import { freePort } from './support/ports'
import { run, Server, type Ended, type Options } from './support/server'
import { Coturn } from './support/turn'

const execute = promisify(execFile)
const secret = 'four score and seven secrets'
const other = 'quite another secret of tomorrow'

type IceServer = { readonly urls: readonly string[]; readonly credential: string }
type Health = { readonly relays: readonly { url: string; state: string; cause: string }[] }

let folder: string
let file: string
let coturn: Coturn
const others: Coturn[] = []
let server: Server | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-probes-'))
  file = join(folder, 'secret')
  await writeFile(file, `${secret}\n`, { mode: 0o600 })
  coturn = await Coturn.start(secret)
})
afterAll(async () => {
  await coturn.stop()
  await rm(folder, { recursive: true, force: true })
})
afterEach(async () => {
  await server?.stop()
  server = undefined
  await Promise.all(others.splice(0).map(async (one) => one.stop()))
})

async function another(options: Parameters<typeof Coturn.with>[0]): Promise<Coturn> {
  const one = await Coturn.with(options)
  others.push(one)
  return one
}

async function doctor(urls: readonly string[], env: Options = {}): Promise<Ended> {
  const flags = ['--turn-servers', urls.join(','), '--turn-secret-file', file]
  return run(['doctor', ...flags], { env })
}

/** A certificate of a signer of its own; trusted by programs with the variables in `trust`. */
async function certificateFor(
  name: string,
  { expired = false } = {},
): Promise<{ readonly flags: readonly string[]; readonly trust: Options }> {
  const [key, request, certificate] = ['key', 'csr', 'crt'].map((end) =>
    join(folder, `${name}${String(expired)}.${end}`),
  ) as [string, string, string]
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key]
  await execute('openssl', ['req', ...made, '-subj', '/CN=test', '-out', request])
  const extensions = join(folder, 'extensions')
  await writeFile(extensions, `subjectAltName=IP:${name}\n`)
  const work = await mkdtemp(join(folder, 'ca-'))
  await writeFile(join(work, 'index'), '')
  await writeFile(
    join(work, 'config'),
    [
      ...['[ca]', 'default_ca=own', '[own]', `database=${work}/index`, `new_certs_dir=${work}`],
      ...['default_md=sha256', 'policy=any', 'rand_serial=yes', '[any]', 'commonName=supplied', ''],
    ].join('\n'),
  )
  const dates = ['-startdate', '20200101000000Z']
  const end = expired ? '20200201000000Z' : '20991231000000Z'
  await execute('openssl', [
    ...['ca', '-batch', '-selfsign', '-config', join(work, 'config'), '-keyfile', key],
    ...['-in', request, '-out', certificate, '-notext', '-extfile', extensions],
    ...[...dates, '-enddate', end],
  ])
  return {
    flags: ['--cert', certificate, '--pkey', key],
    trust: { SSL_CERT_FILE: certificate },
  }
}

async function tlsOf(
  name: string,
  options: { readonly expired?: boolean } = {},
): Promise<{ readonly url: string; readonly trust: Options }> {
  const { flags, trust } = await certificateFor(name, options)
  const port = String(await freePort())
  await another({ secrets: [secret], flags: [...flags, '--tls-listening-port', port] })
  return { url: `turns:127.0.0.1:${port}?transport=tcp`, trust }
}

describe('parley doctor', () => {
  it('finds servers that work, over UDP and TCP', async () => {
    const { status, out, err } = await doctor([coturn.url, `${coturn.url}?transport=tcp`])
    expect([status, out], err).toEqual([
      0,
      expect.stringMatching(/^turn:\S+: good, \d+ ms\nturn:\S+=tcp: good, \d+ ms\n$/),
    ])
    expect(out).not.toContain(secret)
  })

  it('tells another secret from a clock that is wrong', async () => {
    const strange = await another({ secrets: [other] })
    const clock = join(folder, 'clock')
    const library = join(folder, 'clock.so')
    const source = fileURLToPath(new URL('support/clock.c', import.meta.url))
    await execute('clang-19', ['-shared', '-fPIC', '-O1', '-o', library, source])
    const ahead = Buffer.alloc(8)
    ahead.writeBigInt64LE(BigInt(24 * 60 * 60))
    await writeFile(clock, ahead)
    const early = await another({
      secrets: [secret],
      env: { LD_PRELOAD: library, PARLEY_TEST_CLOCK: clock },
    })
    const { status, out } = await doctor([strange.url, early.url])
    expect(status).toBe(1)
    expect(out).toContain(`${strange.url}: failed: wrong-secret (401)`)
    expect(out).toContain(`${early.url}: failed: clock`)
  })

  it('finds nobody where nobody is', async () => {
    const url = `turn:127.0.0.1:${String(await freePort())}`
    const { status, out } = await doctor([url, `${url}?transport=tcp`, 'turn:no-such-host.invalid'])
    expect(status).toBe(1)
    expect(out.match(/failed: unreachable/g)).toHaveLength(3)
  })

  it('tells a server without relays from one that relays nothing to itself', async () => {
    const full = await another({ secrets: [secret], flags: ['--no-tls', '--total-quota', '1'] })
    const strict = await another({ secrets: [secret], loopback: false })
    const { status, out } = await doctor([full.url, strict.url])
    expect(status).toBe(1)
    expect(out).toContain(`${full.url}: failed: quota (486)`)
    expect(out).toContain(`${strict.url}: limited: forbidden-peer (403)`)
  })

  it('looks at certificates', async () => {
    const good = await tlsOf('127.0.0.1')
    const { status, out } = await doctor([good.url], good.trust)
    expect([status, out]).toEqual([0, expect.stringMatching(/: good, \d+ ms\n$/)])
    const unknown = await doctor([good.url])
    expect([unknown.status, unknown.out]).toEqual([
      0,
      expect.stringContaining('limited: certificate-untrusted'),
    ])
    const named = await tlsOf('127.0.0.2')
    expect((await doctor([named.url], named.trust)).out).toContain('failed: certificate-name')
    const old = await tlsOf('127.0.0.1', { expired: true })
    expect((await doctor([old.url], old.trust)).out).toContain('failed: certificate-expired')
  })

  it('says so when there is no TURN server', async () => {
    const { status, out } = await run(['doctor'])
    expect([status, out]).toEqual([1, expect.stringContaining('no TURN server')])
  })
})

async function start(urls: readonly string[], options: Options = {}): Promise<Server> {
  server = await Server.start({
    'turn-servers': urls.join(','),
    'turn-secret-file': file,
    'relay-probes': '1',
    ...options,
  })
  return server
}

const urlsOf = (servers: unknown): string[] =>
  (servers as readonly IceServer[]).flatMap((one) => [...one.urls])

async function offered(of: Server, account: Account): Promise<string[]> {
  const device = await Device.connect(of, account)
  device.drop()
  return urlsOf(device.welcome['ice_servers'])
}

describe('a server with TURN servers', () => {
  it('gives out those that work, and tells connected clients when that changes', async () => {
    const port = await freePort()
    const second = await Coturn.with({ secrets: [secret], port })
    const running = await start([coturn.url, second.url])
    await expect.poll(() => running.log.match(/TURN server works/g)).toHaveLength(2)
    const device = await Device.connect(running, await signUp(running, 'ada'))
    expect(urlsOf(device.welcome['ice_servers']).sort()).toEqual([coturn.url, second.url].sort())

    await second.stop()
    const withdrawn = await device.hear('ice_servers')
    expect(urlsOf(withdrawn['ice_servers'])).toEqual([coturn.url])
    await expect.poll(() => running.log).toContain('code=relay/unreachable')
    const health = (await get(running, '/health')).body as Health
    expect(health.relays.map(({ url, state, cause }) => [url, state, cause])).toEqual([
      [coturn.url, 'good', 'none'],
      [second.url, 'failed', 'unreachable'],
    ])

    await another({ secrets: [secret], port })
    const back = await device.hear('ice_servers')
    expect(urlsOf(back['ice_servers']).sort()).toEqual([coturn.url, second.url].sort())
    expect(running.log.match(/code=relay\//g)).toHaveLength(1)
    expect(running.log).not.toContain(secret)
  })

  it('makes logins from the secret that each of them takes', async () => {
    const rotated = join(folder, 'rotated')
    await writeFile(rotated, `${other}\n${secret}\n`, { mode: 0o600 })
    const renewed = await another({ secrets: [other] })
    const running = await start([coturn.url, renewed.url], { 'turn-secret-file': rotated })
    await expect.poll(() => running.log.match(/TURN server works/g)).toHaveLength(2)
    const { welcome } = await Device.connect(running, await signUp(running, 'ada'))
    const servers = welcome['ice_servers'] as readonly {
      readonly urls: readonly string[]
      readonly username: string
      readonly credential: string
    }[]
    expect(servers).toHaveLength(2)
    for (const one of [coturn, renewed]) {
      const entry = servers.find(({ urls }) => urls.includes(one.url))
      expect(await one.grants(entry?.username ?? '', entry?.credential ?? '')).toBe(true)
    }
  })

  it('gives out all when all fail', async () => {
    const strange = await another({ secrets: [other] })
    const urls = [strange.url, `${strange.url}?transport=tcp`]
    const running = await start(urls)
    await expect.poll(() => running.log.match(/code=relay\/wrong-secret/g)).toHaveLength(2)
    expect(await offered(running, await signUp(running, 'ada'))).toEqual(urls)
  })

  it('probes nothing when it is told not to', async () => {
    const strange = await another({ secrets: [other] })
    const running = await start([strange.url, coturn.url], { 'relay-probes': '0' })
    expect(await offered(running, await signUp(running, 'ada'))).toEqual([strange.url, coturn.url])
    expect(running.log).not.toContain('TURN server')
  })
})

describe('the embedded relay', () => {
  it('is probed like any other', async () => {
    const port = String(await freePort())
    server = await Server.start({
      ...{ relay: 'embedded', 'relay-port': port, 'relay-ports': '40260-40359' },
      'relay-probes': '1',
    })
    const running = server
    await expect.poll(() => running.log.match(/TURN server works/g)).toHaveLength(2)
    const { status, out } = await running.command([
      'doctor',
      '--relay',
      'embedded',
      '--relay-port',
      port,
    ])
    expect([status, out.match(/good/g)?.length]).toEqual([0, 2])
  })
})

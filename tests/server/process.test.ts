// The program for its operator: start, stop, crash, and the other commands.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { code, get, password, post, signUp, type Account } from './support/accounts'
import { callId, Device, hello, open } from './support/device'
import { linesOf, Windows } from './support/log'
import { run, Server } from './support/server'

let server: Server | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

async function start(options: Readonly<Record<string, string>> = {}): Promise<Server> {
  server = await Server.start(options)
  return server
}

describe('parley serve', () => {
  it('prints once where it listens', async () => {
    const { listening } = await start()
    expect(listening.event).toBe('listening')
    expect(listening.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(listening.signal_url).toBe(`${listening.url.replace('http', 'ws')}/signal`)
  })

  it('makes its data private', async () => {
    const { data } = await start()
    for (const name of ['parley.sqlite3', 'parley.sqlite3-wal', 'lock']) {
      expect(statSync(join(data, name)).mode & 0o077).toBe(0)
    }
  })

  it('refuses data that another server uses', async () => {
    const { data } = await start()
    const second = await run(['serve', '--listen', '127.0.0.1:0', '--data', data])
    expect(second.status).toBe(1)
    expect(second.err).toContain('another server uses this data folder')
  })

  it('does not start on a port in use, or with wrong options', async () => {
    const { host, data } = await start()
    const taken = await run(['serve', '--listen', host, '--data', `${data}/second`])
    expect([taken.status, taken.err.includes('cannot listen')]).toEqual([1, true])
    const wrong = await run(['serve', '--ring-limit', 'long'])
    expect([wrong.status, wrong.err]).toEqual([
      2,
      "parley: ring-limit: must be a whole number from 1 to 600, not 'long'\n",
    ])
  })

  it('accepts no more sockets than configured', async () => {
    const running = await start({ 'max-connections': '3' })
    const ada = await signUp(running, 'ada')
    const devices = [
      await Device.connect(running, ada),
      await Device.connect(running, ada),
      await Device.connect(running, ada),
    ]
    const windows = new Windows()
    await expect(open(running)).rejects.toThrow()
    devices[0]?.drop()
    // A free place can be taken again.
    await expect
      .poll(async () => (await get(running, '/health').catch(() => undefined))?.status)
      .toBe(200)
    for (const device of devices) device.drop()
    const told = (): number => linesOf(running, 'connections are refused').length
    await expect.poll(told).toBeGreaterThan(0)
    expect(told()).toBeLessThanOrEqual(windows.count)
  })

  it('tells its clients before it stops, and exits within seconds', async () => {
    const running = await start()
    const device = await Device.connect(running, await signUp(running, 'ada'))
    const silent = await open(running)
    running.signal('SIGTERM')
    expect(await device.hear('goodbye')).toMatchObject({ code: 'server/restarting' })
    expect((await device.closed).code).toBe(1012)
    expect((await silent.closed).code).toBe(1012)
    expect(await running.exit()).toBe(0)
    await expect(fetch(running.url)).rejects.toThrow()
  })

  it('reports for a configured time that it will stop, and serves requests meanwhile', async () => {
    const running = await start({ 'stop-delay': '300' })
    const ada = await signUp(running, 'ada')
    const before = await Device.connect(running, ada)
    running.signal('SIGTERM')
    await expect.poll(async () => (await get(running, '/readyz')).status).toBe(503)
    expect((await get(running, '/readyz')).body).toEqual({ status: 'draining' })
    expect((await get(running, '/healthz')).status).toBe(200)
    const bea = await Device.connect(running, await signUp(running, 'bea'))
    const call = callId()
    before.say('invite', { call, callee: 'bea', kind: 'audio' })
    expect(await bea.hear('incoming')).toMatchObject({ call })
    // After a second signal it does not wait.
    running.signal('SIGTERM')
    expect(await before.hear('goodbye')).toMatchObject({ code: 'server/restarting' })
    expect(await running.exit()).toBe(0)
  })

  it('does not wait for a client that does not answer, and stops at once at a second signal', async () => {
    const running = await start()
    const device = await Device.connect(running, await signUp(running, 'ada'))
    device.raw.socket.pause()
    running.signal('SIGTERM')
    await expect.poll(() => running.log).toContain('stopping')
    running.signal('SIGINT')
    // The status would be 0, and later, if it had waited for its clients.
    expect(await running.exit()).toBe(1)
    device.drop()
  })

  it('keeps its accounts, tokens and calls after a kill', async () => {
    const running = await start()
    const ada = await signUp(running, 'ada')
    const bea = await signUp(running, 'bea')
    const caller = await Device.connect(running, ada)
    const callee = await Device.connect(running, bea)
    const call = callId()
    caller.say('invite', { call, callee: 'bea', kind: 'audio' })
    await callee.hear('incoming')
    running.signal('SIGKILL')
    await running.exit()

    await running.restart()
    const again = await Device.connect(running, bea, callee.id)
    expect(again.welcome).toMatchObject({ calls: [{ call, phase: 'ringing' }] })
    again.say('decline', { call })
    await again.hear('ended')
    const { body } = await get(running, '/api/calls', ada.token)
    expect(body).toMatchObject({ calls: [{ call, reason: 'declined' }] })
  })

  it('speaks https and wss when it has a certificate', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-tls-'))
    try {
      const certificate = join(folder, 'cert.pem')
      const key = join(folder, 'key.pem')
      const { execFileSync } = await import('node:child_process')
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
          .concat(['-keyout', key, '-out', certificate, '-days', '1', '-subj', '/CN=localhost'])
          .concat(['-addext', 'subjectAltName=IP:127.0.0.1']),
        { stdio: 'ignore' },
      )
      const running = await start({ 'tls-certificate': certificate, 'tls-key': key })
      expect(running.url).toMatch(/^https:/)
      const { request } = await import('node:https')
      const ca = readFileSync(certificate)
      const signUpSecurely = new Promise<Account>((resolve, reject) => {
        const call = request(
          `${running.url}/api/sign-up`,
          {
            method: 'POST',
            ca,
            headers: { 'content-type': 'application/json', origin: running.url },
          },
          (response) => {
            let text = ''
            response.on('data', (chunk: Buffer) => (text += chunk.toString()))
            response.on('end', () => resolve(JSON.parse(text) as Account))
          },
        )
        call.on('error', reject)
        call.end(JSON.stringify({ user: 'ada', name: 'Ada', password }))
      })
      const { token } = await signUpSecurely
      const { default: WebSocket } = await import('ws')
      const socket = new WebSocket(running.listening.signal_url, { ca, origin: running.url })
      const welcome = new Promise((resolve) => socket.once('message', resolve))
      socket.once('open', () => socket.send(JSON.stringify(hello(token, callId()))))
      expect(String(await welcome)).toContain('"welcome"')
      socket.close()
      await new Promise((resolve) => socket.once('close', resolve))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('parley user', () => {
  it('adds an account to a running server', async () => {
    const running = await start()
    const added = await running.command(
      ['user', 'add', 'Carol', '--display-name', 'Carol C.'],
      `${password}\n`,
    )
    expect(added).toMatchObject({ status: 0, out: 'added carol\n' })
    const signedIn = await post<Account>(running, '/api/sign-in', { user: 'carol', password })
    expect(signedIn.body).toMatchObject({ user: 'carol', name: 'Carol C.' })

    const list = await running.command(['user', 'list', '--json'])
    expect(JSON.parse(list.out)).toMatchObject({ user: 'carol', name: 'Carol C.', disabled: false })

    await running.command(['user', 'add', 'dave', '--password-stdin'], `${password}\n`)
    const device = await Device.connect(running, signedIn.body)
    // Dave has never signed in; the server reads his account by itself.
    for (let attempt = 0; ; ++attempt) {
      device.say('invite', { call: callId(), callee: 'dave', kind: 'audio' })
      const answer = await device.hear('ended', 'error')
      if (answer.type === 'ended') break
      expect(attempt).toBeLessThan(10)
      await new Promise((resolve) => setTimeout(resolve, 2_000))
    }
    device.drop()
  })

  it('prints the problem', async () => {
    const running = await start()
    const add = async (name: string, input: string) => running.command(['user', 'add', name], input)
    expect((await add('ada', `${password}\n`)).status).toBe(0)
    expect((await add('ada', `${password}\n`)).err).toContain('Somebody already has that name.')
    expect((await add('a b', `${password}\n`)).err).toContain("That name can't be used.")
    expect((await add('bea', 'short\n')).err).toContain('too short')
    expect((await add('bea', '')).status).toBe(1)
    const onCommandLine = await running.command(['user', 'add', 'bea', '--password', 'x'])
    expect([onCommandLine.status, onCommandLine.err.includes('unknown option')]).toEqual([2, true])
    expect((await running.command(['user', 'passwd', 'nobody'], `${password}\n`)).status).toBe(1)
  })

  it('changes a password, and signs people out, at once', async () => {
    const running = await start()
    const ada = await signUp(running, 'ada')
    const device = await Device.connect(running, ada)
    await running.command(['user', 'passwd', 'ada'], 'another password\n')
    expect((await device.closed).code).toBe(4001)
    expect((await get(running, '/api/me', ada.token)).status).toBe(401)
    expect(code(await post(running, '/api/sign-in', { user: 'ada', password }))).toBe(
      'account/wrong-credentials',
    )
    const next = { user: 'ada', password: 'another password' }
    const again = (await post<Account>(running, '/api/sign-in', next)).body
    const second = await Device.connect(running, again)

    await running.command(['user', 'disable', 'ada'])
    expect((await second.closed).code).toBe(4001)
    expect(code(await post(running, '/api/sign-in', next))).toBe('account/wrong-credentials')
    await running.command(['user', 'enable', 'ada'])
    expect((await post(running, '/api/sign-in', next)).status).toBe(200)
  })
})

describe('parley calls', () => {
  it('shows the history while the server runs', async () => {
    const running = await start()
    const caller = await Device.connect(running, await signUp(running, 'ada'))
    await signUp(running, 'bea')
    const call = callId()
    caller.say('invite', { call, callee: 'bea', kind: 'audio' })
    await caller.hear('ended')
    const json = await running.command(['calls', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      call,
      caller: { user: 'ada' },
      callee: { user: 'bea', name: 'Bea' },
      phase: 'ended',
      reason: 'unreachable',
    })
    expect((await running.command(['calls', '--user', 'bea'])).out).toContain('ada -> bea')
    const nobody = await running.command(['calls', '--user', 'eve'])
    expect(nobody).toMatchObject({ status: 1, out: '' })
    expect(nobody.err).toContain('Nobody has that name')
    caller.drop()
  })
})

describe('parley config', () => {
  it('checks the effective configuration', async () => {
    const good = await run(['config', 'check', '--ring-limit', '20'], {
      env: { PARLEY_LOG_LEVEL: 'debug', PARLEY_ICE_SERVERS: 'turn:t.example:1 me:hush' },
    })
    expect(good.status).toBe(0)
    expect(good.out).toMatch(/^ring-limit +20 +\(command line\)$/m)
    expect(good.out).toMatch(/^log-level +debug +\(environment\)$/m)
    expect(good.out).toMatch(/^ice-servers +<set> +\(environment\)$/m)
    expect(good.out).not.toContain('hush')

    const bad = await run(['config', 'check', '--sign-up', 'maybe'])
    expect(bad.status).toBe(1)
    expect(bad.err).toContain('sign-up: must be open, invite or closed')
  })

  it('reads a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-config-'))
    const file = join(folder, 'parley.conf')
    writeFileSync(file, '# how long it rings\nring-limit = 33\n')
    const good = await run(['config', 'check', '--config', file])
    expect(good.out).toMatch(/^ring-limit +33 +\(file\)$/m)
    writeFileSync(file, 'ring-limits = 33\n')
    const bad = await run(['config', 'check', '--config', file])
    expect([bad.status, bad.err.includes('ring-limits')]).toEqual([1, true])
    await rm(folder, { recursive: true })
  })

  it('matches the documentation', async () => {
    const docs = await run(['config', 'docs'])
    const file = join(import.meta.dirname, '../../docs/configuration.md')
    expect(readFileSync(file, 'utf8'), 'run: build/bin/parley config docs').toBe(docs.out)
  })

  it('warns of a public server with open sign-up', async () => {
    const { out } = await run(['config', 'check', '--listen', '0.0.0.0:8080'])
    expect(out).toContain('warning: sign-up is open')
    expect(out).toContain('without TLS')
  })
})

describe('parley', () => {
  it('prints help', async () => {
    for (const args of [['help'], ['--help']]) {
      expect(await run(args)).toMatchObject({ status: 0, err: '' })
    }
    expect((await run(['serve', '--help'])).out).toContain('--ring-limit SECONDS (default: 45)')
    expect((await run(['version'])).out).toMatch(/^parley \d+\.\d+\.\d+\n$/)
    expect((await run([])).status).toBe(2)
    expect((await run(['dance'])).err).toContain('unknown command dance')
  })
})

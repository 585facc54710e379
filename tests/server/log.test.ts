// What the log says about clients without an account, and that it never blocks the server.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { password, post, signUp, type Failure } from './support/accounts'
import { Lock } from './support/database'
import { callId, Device, hello, open, uuid } from './support/device'
import { eventsIn, linesOf, Windows } from './support/log'
import { program, Server } from './support/server'

let server: Server
afterEach(async () => server.stop())

/** The lines of the log that contain these words. */
const lines = (text: string): readonly string[] => linesOf(server, text)

/** The expression from docs/operating.md, with <HOST> as fail2ban reads it. */
async function failregex(): Promise<RegExp> {
  const text = await readFile(join(import.meta.dirname, '../../docs/operating.md'), 'utf8')
  const found = /^failregex = (.+)$/m.exec(text)?.[1] ?? ''
  // fail2ban removes the time stamp first.
  return new RegExp(found.replace('<HOST>', '(?<host>[0-9a-fA-F.:]+)'))
}

describe('the log', () => {
  it('names sign-ins and refusals with the reason, and never a password', async () => {
    server = await Server.start()
    await signUp(server, 'ada')
    const secret = 'some other password'
    await post(server, '/api/sign-in', { user: 'ada', password: secret })
    await expect.poll(() => lines('signed up address=127.0.0.1 user=ada')).toHaveLength(1)
    await expect
      .poll(() => lines('sign-in refused address=127.0.0.1 user=ada why=account/wrong-credentials'))
      .toHaveLength(1)
    expect(server.log).not.toContain(secret)
  })

  it('sums up the repeated requests of an address', async () => {
    server = await Server.start()
    const tries = 60
    const windows = new Windows()
    for (let i = 0; i < tries; ++i) {
      await post(server, '/api/sign-in', { user: `nobody${String(i)}`, password: 'wrong password' })
    }
    await expect.poll(() => eventsIn(lines('sign-in refused'))).toBe(tries)
    const own = lines('sign-in refused').filter((line) => !line.includes(' more='))
    expect(own.length).toBeLessThanOrEqual(5 * windows.count)
  })

  it('sums up the repeated requests of an account, and names the address', async () => {
    server = await Server.start()
    const ada = await signUp(server, 'ada')
    const tries = 40
    const windows = new Windows()
    let device = await Device.connect(server, ada)
    for (let i = 0; i < tries; ++i) {
      device.say('hang_up', { call: callId() })
      device.drop()
      device = await device.resume(server, ada)
    }
    device.drop()
    for (const event of ['session resumed', 'refused']) {
      const told = (): readonly string[] => lines(` info ${event} `)
      await expect.poll(() => eventsIn(told())).toBeGreaterThan(tries / 2)
      const own = lines(` info ${event} address=127.0.0.1 connection=`)
      expect(own.length).toBeLessThanOrEqual(5 * windows.count)
      expect(lines(` info ${event} connection=`)).toEqual([])
    }
  })

  it('sums up the ended calls of an account', async () => {
    server = await Server.start()
    const ada = await signUp(server, 'ada')
    await signUp(server, 'bea')
    const device = await Device.connect(server, ada)
    const calls = 10
    const windows = new Windows()
    for (let i = 0; i < calls; ++i) {
      device.say('invite', { call: callId(), callee: 'bea', kind: 'audio' })
      await device.hear('ended')
    }
    device.drop()
    await expect.poll(() => eventsIn(lines(' info ended '))).toBe(calls)
    const own = lines(' info ended address=127.0.0.1 connection=')
    expect(own.length).toBeGreaterThanOrEqual(5)
    expect(own.length).toBeLessThanOrEqual(5 * windows.count)
  })

  it('names changes by commands, also from before the start', async () => {
    server = await Server.start()
    await signUp(server, 'ada')
    await server.command(['user', 'add', 'bea'], `${password}\n`)
    await server.command(['user', 'invite'])
    await expect
      .poll(() => lines('command was run').map((line) => line.replace(/.* run | at_ms.*/g, '')))
      .toEqual(['command="user add" user=bea', 'command="user invite"'])
    // Ada signed up herself.
    await expect
      .poll(() => lines('account changed by a command').map((line) => / user=\w+/.exec(line)?.[0]))
      .toEqual([' user=bea'])
    server.signal('SIGTERM')
    await server.exit()
    await server.command(['user', 'disable', 'ada'])
    await server.restart()
    await expect.poll(() => lines('command="user disable" user=ada at_ms=')).toHaveLength(1)
  })

  it('has lines that fail2ban can count, for any bytes of a client', async () => {
    server = await Server.start()
    await post(server, '/api/sign-in', { user: 'x address=9.9.9.9', password: 'wrong password' })
    const odd = 'ada why=protocol/rate-limited\n2026 info sign-in refused'
    await post(server, '/api/sign-in', { user: odd, password: 'wrong password' })
    await expect.poll(() => lines('sign-in refused')).toHaveLength(2)
    const expression = await failregex()
    for (const line of lines('sign-in refused')) {
      const rest = line.replace(/^\S+ /, '')
      expect(expression.exec(rest)?.groups?.['host']).toBe('127.0.0.1')
    }
  })

  it('has lines that fail2ban counts for guesses only, not for other refusals', async () => {
    server = await Server.start()
    await signUp(server, 'ada')
    const guess = { user: 'ada', password: 'wrong password' }
    // A window begins in between on a busy machine: on until some of them are summed up.
    await expect
      .poll(async () => {
        await post(server, '/api/sign-in', { user: 'ada' })
        return lines('sign-in refused').join()
      })
      .toContain(' more=')
    await post(server, '/api/sign-in', guess, { origin: 'http://elsewhere.example' })
    const lock = await Lock.take(server.data)
    try {
      const honest = await post<Failure>(server, '/api/sign-in', { user: 'ada', password })
      expect(honest.body.error.code).toBe('server/internal')
    } finally {
      await lock.release()
    }
    for (let i = 0; i < 3; ++i) await post(server, '/api/sign-in', guess)
    await expect.poll(() => lines('why=account/wrong-credentials')).toHaveLength(3)
    const expression = await failregex()
    const counted = lines('sign-in refused').filter((line) =>
      expression.test(line.replace(/^\S+ /, '')),
    )
    expect(counted).toHaveLength(3)
    for (const line of counted) expect(line).toContain('why=account/wrong-credentials')
  })

  it('names the offered and the expected versions of a refused hello', async () => {
    server = await Server.start()
    const socket = await open(server)
    socket.send(hello('token', uuid(), [98, 99]))
    await socket.closed
    await expect
      .poll(() => lines('connection refused address=127.0.0.1').join('\n'))
      .toContain('offers 98, 99, expected 1')
  })

  it('has valid JSON lines for any bytes of a client', async () => {
    server = await Server.start({ 'log-format': 'json', 'log-level': 'debug' })
    const socket = await open(server, { origin: 'http://\u00ff\u0080.example' }).catch(() => null)
    socket?.socket.terminate()
    await fetch(`${server.url}/%ff%fe`)
    await post(server, '/api/sign-in', { user: '\ud800\u202e', password: 'x' })
    await expect.poll(() => lines('/api/sign-in').length).toBeGreaterThan(0)
    const last = server.log.lastIndexOf('\n')
    for (const line of server.log.slice(0, last).split('\n')) {
      expect(() => JSON.parse(line) as unknown, line).not.toThrow()
    }
  })

  it('without a reader does not stop the server', async () => {
    server = await Server.start()
    const ada = await signUp(server, 'ada')
    server.signal('SIGTERM')
    await server.exit()
    // A pipe whose reader never reads.
    const child = spawn(
      'bash',
      [
        '-c',
        'exec 3> >(exec sleep 600); echo $! >&2; exec "$@" 2>&3',
        'bash',
        program,
        'serve',
        ...['--listen', '127.0.0.1:0', '--data', server.data, '--log-level', 'debug'],
        ...['--password-cost', 'minimal'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const [sleeper] = (await once(child.stderr, 'data')) as [Buffer]
    try {
      const [first] = (await once(child.stdout, 'data')) as [Buffer]
      server.listening = JSON.parse(first.toString()) as typeof server.listening
      const talker = await Device.connect(server, ada)
      // Ten times the size of the pipe and the queue.
      const path = `/${'x'.repeat(3000)}`
      for (let i = 0; i < 100; ++i) {
        await Promise.all(Array.from({ length: 10 }, async () => fetch(server.url + path)))
      }
      const other = await Device.connect(server, ada)
      other.drop()
      talker.drop()
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await exit).toEqual([0, null])
    } finally {
      child.kill('SIGKILL')
      process.kill(Number(sleeper.toString()))
    }
  })
})

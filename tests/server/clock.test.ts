// The system's clock is set right, or wrong, while the server runs. The library of libfaketime gives
// the server a wall clock of its own and leaves the steady one alone.
import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { get, post, password, signUp, type Account } from './support/accounts'
import { callId, Device } from './support/device'
import { Server } from './support/server'

const library = [
  `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`,
  '/usr/lib/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path))

const dayMs = 24 * 60 * 60 * 1000
// What may lie between the server's reading its clock and ours, on a busy machine.
const closeMs = 20_000

let server: Server
afterEach(async () => server.stop())

class SystemClock {
  #file = ''

  async start(offset: string): Promise<Server> {
    if (library === undefined) throw new Error('libfaketime is missing: tools/install-deps.sh')
    server = await Server.start()
    server.signal('SIGTERM')
    await server.exit()
    this.#file = join(server.data, 'clock')
    await this.set(offset)
    await server.restart(
      {},
      {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: this.#file,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      },
    )
    return server
  }

  /** How far it is off: "-14d", "+0". */
  async set(offset: string): Promise<void> {
    await writeFile(`${this.#file}.new`, `${offset}\n`)
    await rename(`${this.#file}.new`, this.#file)
  }
}

const expectClose = (told: number, actual: number): void => {
  expect(Math.abs(told - actual)).toBeLessThan(closeMs)
}

const signIn = async (user: string): Promise<Account> =>
  (await post<Account>(server, '/api/sign-in', { user, password })).body

async function history(account: Account): Promise<Record<string, number>[]> {
  const { body } = await get<{ calls: Record<string, number>[] }>(
    server,
    '/api/calls',
    account.token,
  )
  return body.calls
}

describe('a clock that is set', () => {
  it.each([
    ['right, from two weeks in the past', '-14d', '+0', 0],
    ['back by a day', '+0', '-1d', -dayMs],
  ])('%s is followed by what is told and stored', async (_, before, after, off) => {
    const clock = new SystemClock()
    await clock.start(before)
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    const caller = await Device.connect(server, ada)
    const callee = await Device.connect(server, bea)
    await clock.set(after)

    const now = (): number => Date.now() + off
    await expect
      .poll(async () => {
        const late = await Device.connect(server, ada)
        late.drop()
        return Math.abs((late.welcome['server_time_ms'] as number) - now())
      })
      .toBeLessThan(closeMs)
    const again = await signIn('ada')
    expectClose(again.expires_at_ms, now() + 30 * dayMs)
    const date = (await get(server, '/health')).headers.get('date') ?? ''
    expectClose(Date.parse(date), now())

    const call = callId()
    caller.say('invite', { call, callee: 'bea', kind: 'audio' })
    await callee.hear('incoming')
    caller.say('hang_up', { call })
    await caller.hear('ended')
    const record = (await history(again)).find((one) => String(one['call']) === call)
    expectClose(record?.['invited_at_ms'] ?? 0, now())
  })

  it('leaves a call that is on as long as it was', async () => {
    const clock = new SystemClock()
    await clock.start('-14d')
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    const caller = await Device.connect(server, ada)
    const callee = await Device.connect(server, bea)
    const call = callId()
    caller.say('invite', { call, callee: 'bea', kind: 'audio' })
    await callee.hear('incoming')
    callee.say('accept', { call })
    await Promise.all([caller.hear('accepted'), callee.hear('accepted')])
    for (const device of [caller, callee]) device.say('media', { call, flowing: true })
    await clock.set('+0')
    await expect.poll(() => server.log).toContain('the clock was set')
    caller.say('hang_up', { call })
    await caller.hear('ended')
    const [record] = await history(ada)
    expectClose(record?.['invited_at_ms'] ?? 0, Date.now())
    expect(record?.['lasted_ms']).toBeGreaterThanOrEqual(0)
    expect(record?.['lasted_ms']).toBeLessThan(120_000)
  })
})

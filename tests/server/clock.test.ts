// The system's clock is set forward or back while the server runs, and before it starts.
import { afterEach, describe, expect, it } from 'vitest'
import { get, post, password, signUp, type Account } from './support/accounts'
import { SystemClock } from './support/clock'
import { sql } from './support/database'
import { callId, Device } from './support/device'
import { Server } from './support/server'

const dayMs = 24 * 60 * 60 * 1000
// The time between the server's clock reading and the test's, on a busy machine.
const closeMs = 20_000

let server: Server
afterEach(async () => server.stop())

async function start(offMs: number): Promise<SystemClock> {
  const clock = await SystemClock.start(offMs)
  server = clock.server
  return clock
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
    ['right, from two weeks in the past', -14 * dayMs, 0],
    ['back by a day', 0, -dayMs],
  ])('%s is followed by what is told and stored', async (_, before, after) => {
    const clock = await start(before)
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    const caller = await Device.connect(server, ada)
    const callee = await Device.connect(server, bea)
    await clock.set(after)

    const now = (): number => Date.now() + after
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

  it('does not change the duration of an active call', async () => {
    const clock = await start(-14 * dayMs)
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    const caller = await Device.connect(server, ada)
    const callee = await Device.connect(server, bea)
    const call = callId()
    caller.say('invite', { call, callee: 'bea', kind: 'audio' })
    await callee.hear('incoming')
    callee.say('accept', { call })
    await Promise.all([caller.hear('accepted'), callee.hear('accepted')])
    for (const device of [caller, callee]) device.say('media', { call, flowing: true })
    await clock.set(0)
    await expect.poll(() => server.log).toContain('the clock was set')
    caller.say('hang_up', { call })
    await caller.hear('ended')
    const [record] = await history(ada)
    expectClose(record?.['invited_at_ms'] ?? 0, Date.now())
    expect(record?.['lasted_ms']).toBeGreaterThanOrEqual(0)
    expect(record?.['lasted_ms']).toBeLessThan(120_000)
  })
})

it('a call id is used once, also when the clock says that its call ended long ago', async () => {
  const clock = await start(0)
  const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
  const caller = await Device.connect(server, ada)
  const call = callId()
  await clock.set(-dayMs)
  await expect.poll(() => server.log).toContain('the clock was set')
  caller.say('invite', { call, callee: 'bea', kind: 'audio' })
  expect(await caller.hear('ended')).toMatchObject({ reason: 'unreachable' })
  server.signal('SIGKILL')
  await server.exit()
  await clock.restart(0)
  await Device.connect(server, bea) // where a second call would ring
  const again = await Device.connect(server, ada)
  again.say('invite', { call, callee: 'bea', kind: 'audio' })
  expect(await again.hear('ended', 'progress')).toMatchObject({ type: 'ended', call })
})

const doubt = 'nothing expires by it yet'

describe('a clock that is wrong by years', () => {
  it('signs nobody out while the server runs', async () => {
    const clock = await start(0)
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    const [one, two] = [await Device.connect(server, ada), await Device.connect(server, bea)]
    await clock.set(400 * dayMs)
    await expect.poll(() => server.log).toMatch(new RegExp(`${doubt}|sign-in expired`))
    expect(server.log).not.toContain('sign-in expired')
    // An open page, and a page that returns.
    expect((await get(server, '/api/sessions', ada.token)).status).toBe(200)
    await one.resume(server, ada)
    await clock.set(0)
    two.say('watch', { users: ['ada'] })
    await two.hear('presence')
    expect(server.log).not.toContain('sign-in expired')
    expect((await get(server, '/api/sessions', bea.token)).status).toBe(200)
  })

  it('does not make a starting server delete history or sign-ins', async () => {
    const clock = await start(0)
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    const [caller, callee] = [await Device.connect(server, ada), await Device.connect(server, bea)]
    const call = callId()
    caller.say('invite', { call, callee: 'bea', kind: 'audio' })
    await callee.hear('incoming')
    callee.say('decline', { call })
    await caller.hear('ended')
    for (const offMs of [400 * dayMs, 0]) {
      server.signal('SIGTERM')
      expect(await server.exit()).toBe(0)
      await clock.restart(offMs)
      if (offMs !== 0) await expect.poll(() => server.log).toContain(doubt)
      // The writing thread deletes old rows in its first turn, together with this write.
      await signUp(server, `eve${String(offMs)}`)
      expect((await history(ada)).map((one) => String(one['call']))).toEqual([call])
      expect((await Device.connect(server, bea)).welcome['me']).toMatchObject({ user: 'bea' })
    }
    expect(await sql(server.data, 'SELECT count(*) FROM tokens;')).toBe('4\n')
  })
})

it('a sign-in past its lifetime is over', async () => {
  server = await Server.start()
  await signUp(server, 'ada')
  // A busy machine needs longer to connect than the first of these lifetimes.
  let ada: Account
  let device: Device | undefined
  let lifeMs = 5_000
  do {
    ada = await signIn('ada')
    await sql(server.data, `UPDATE tokens SET expires_at_ms = ${String(Date.now() + lifeMs)};`)
    device = await Device.connect(server, ada).catch(() => undefined)
    lifeMs *= 2
  } while (device === undefined)
  expect((await device.closed).code).toBe(4001)
  expect((await get(server, '/api/sessions', ada.token)).status).toBe(401)
})

// Sockets that fail late or silently, lost sessions, and devices that never return.
import { afterEach, describe, expect, it } from 'vitest'
import { patientFor } from '../patience'
import { get, signUp, type Account } from './support/accounts'
import { callId, Device } from './support/device'
import { Server } from './support/server'

let server: Server
const devices: Device[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) device.drop()
  await server.stop()
})

async function connect(account: Account): Promise<Device> {
  const device = await Device.connect(server, account)
  devices.push(device)
  return device
}

async function resume(
  device: Device,
  account: Account,
  how: { received?: number; key?: unknown } = {},
): Promise<Device> {
  const next = await device.resume(server, account, how)
  devices.push(next)
  return next
}

type Talk = { ada: Account; bea: Account; caller: Device; callee: Device; call: string }

/** Two people in a call with media. */
async function talk(options: Readonly<Record<string, string>> = {}): Promise<Talk> {
  server = await Server.start(options)
  const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
  const [caller, callee] = [await connect(ada), await connect(bea)]
  const call = callId()
  caller.say('invite', { call, callee: 'bea', kind: 'audio' })
  await callee.hear('incoming')
  callee.say('accept', { call })
  await Promise.all([caller.hear('accepted'), callee.hear('accepted')])
  for (const device of [caller, callee]) device.say('media', { call, flowing: true })
  return { ada, bea, caller, callee, call }
}

const gauges = async () =>
  (await get<{ calls: number; sessions_online: number; users_online: number }>(server, '/health'))
    .body

describe('an old socket', () => {
  it.each([0, 1500])(
    'C02: that closes %i ms after its session went on elsewhere changes nothing',
    async (late) => {
      const { bea, caller, callee, call } = await talk()
      // The old socket is not told that it is replaced, and stays open.
      callee.raw.socket.pause()
      const next = await resume(callee, bea)
      expect(next.welcome).toMatchObject({ resumed: true, calls: [{ call }] })
      await new Promise((resolve) => setTimeout(resolve, late))
      callee.drop()
      const data = { type: 'candidates' }
      next.say('signal', { call, to: caller.id, link: 1, data })
      expect(await caller.hear('signal')).toMatchObject({ call, from: callee.id, data })
      expect(await gauges()).toMatchObject({ calls: 1, sessions_online: 2, users_online: 2 })
      expect(caller.raw.rest).not.toContain('peer_device')
    },
  )
})

describe('a socket that is half open', () => {
  it('C03: is detected, and a caller is told unreachable', async () => {
    const { ada, caller, callee, call } = await talk()
    caller.say('hang_up', { call })
    await caller.hear('ended')
    callee.raw.socket.pause()
    const second = callId()
    caller.say('invite', { call: second, callee: 'bea', kind: 'audio' })
    await expect.poll(async () => (await gauges()).sessions_online, { interval: 100 }).toBe(1)
    // Long before the ring time is over.
    expect(await caller.hear('ended')).toMatchObject({ call: second, reason: 'unreachable' })
    expect(await get(server, '/api/calls?limit=1', ada.token)).toMatchObject({
      body: { calls: [{ call: second, reason: 'unreachable' }] },
    })
  })
})

describe('a session that the server does not continue', () => {
  it('C09: is replaced after one answer, and its device is in the same call again', async () => {
    const { bea, caller, callee, call } = await talk()
    callee.drop()
    const again = await resume(callee, bea, { key: '00000000-0000-0000-0000-000000000000' })
    expect(again.welcome).toMatchObject({
      resumed: false,
      calls: [{ call, phase: 'active', device: callee.id, peer_device: caller.id }],
    })
    // On the same socket: its messages arrive.
    again.say('media', { call, flowing: true })
    again.say('hang_up', { call })
    expect(await caller.hear('ended')).toMatchObject({ call, reason: 'completed' })
  })
})

describe('devices that are killed', () => {
  it('D06: leave a call that ended with its last media report, and are not busy', async () => {
    const { ada, bea, caller, callee, call } = await talk({ 'lost-limit': '15' })
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    const beforeMedia = Date.now()
    callee.say('media', { call, flowing: true })
    callee.say('watch', { users: [] })
    await callee.hear('presence')
    const lastMedia = Date.now()
    caller.drop()
    callee.drop()
    await expect
      .poll(async () => (await gauges()).calls, { timeout: patientFor(20_000), interval: 200 })
      .toBe(0)
    expect(Date.now() - lastMedia).toBeGreaterThan(14_000)
    const cem = await connect(await signUp(server, 'cem'))
    const back = await connect(bea)
    const next = callId()
    cem.say('invite', { call: next, callee: 'bea', kind: 'audio' })
    expect(await back.hear('incoming')).toMatchObject({ call: next, waiting: false })
    const { body } = await get<{ calls: { ended_at_ms: number }[] }>(
      server,
      '/api/calls',
      ada.token,
    )
    expect(body.calls).toMatchObject([{ call, reason: 'abandoned' }])
    expect(body.calls[0]?.ended_at_ms).toBeGreaterThanOrEqual(beforeMedia)
    expect(body.calls[0]?.ended_at_ms).toBeLessThanOrEqual(lastMedia)
  })
})

describe('a device that is not in the call', () => {
  it('I06: can neither signal into it nor end it', async () => {
    const { bea, caller, callee, call } = await talk()
    const tablet = await connect(bea)
    const data = { type: 'candidates' }
    tablet.say('signal', { call, to: caller.id, link: 1, data, from: callee.id })
    expect(await tablet.hear('error')).toMatchObject({ code: 'call/unknown-call' })
    tablet.say('media', { call, flowing: false })
    expect(await tablet.hear('error')).toMatchObject({ code: 'call/unknown-call' })
    tablet.say('hang_up', { call })
    expect(await tablet.hear('ended')).toMatchObject({ reason: 'answered_elsewhere' })
    expect(await gauges()).toMatchObject({ calls: 1 })
    expect(caller.raw.rest).not.toContain('signal')
    // A false sender of a signal is ignored.
    callee.say('signal', { call, to: caller.id, link: 1, data, from: tablet.id })
    expect(await caller.hear('signal')).toMatchObject({ from: callee.id })
  })
})

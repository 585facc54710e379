// Which device may end a call, and which messages concern one device only: between raw sockets.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { get, post, signUp, type Account } from './support/accounts'
import { callId, Device, type Message } from './support/device'
import { Server } from './support/server'

const options = { 'ring-limit': '60' }
let server: Server
let people = 0
let ada: Account
let bea: Account
let a1: Device
let b1: Device
let b2: Device
const others: Device[] = []

beforeAll(async () => {
  server = await Server.start(options)
})
afterAll(async () => server.stop())

beforeEach(async () => {
  ++people
  ada = await signUp(server, `ada${String(people)}`)
  bea = await signUp(server, `bea${String(people)}`)
  a1 = await connect(ada)
  b1 = await connect(bea)
  b2 = await connect(bea)
})
afterEach(() => {
  for (const device of others.splice(0)) device.drop()
})

async function connect(account: Account, id?: string): Promise<Device> {
  const device = await Device.connect(server, account, id)
  others.push(device)
  return device
}

/** Rings at both of Bea's devices. */
async function ring(from: Device = a1, to: Account = bea): Promise<string> {
  const call = callId()
  from.say('invite', { call, callee: to.user, kind: 'audio' })
  if (to !== bea) return call
  for (const device of [b1, b2]) {
    await device.hear('incoming')
    device.say('ringing', { call })
  }
  let progress = await from.hear('progress')
  while (progress['ringing'] !== 2) progress = await from.hear('progress')
  return call
}

/** Ada's first and Bea's first device are in a call; Bea's second one knows of it. */
async function talk(): Promise<string> {
  const call = await ring()
  b1.say('accept', { call })
  await Promise.all([a1.hear('accepted'), b1.hear('accepted'), b2.hear('elsewhere')])
  await b2.hear('ended')
  for (const device of [a1, b1]) device.say('media', { call, flowing: true })
  return call
}

/** Checks that the call is active, and that its two devices were not told an end. */
async function expectOn(call: string, devices: readonly Device[] = [a1, b1]): Promise<void> {
  for (const device of devices) {
    // The answer comes after all earlier messages.
    device.say('invite', { call: callId(), callee: 'nobody-of-that-name', kind: 'audio' })
    expect(await device.hear('error')).toMatchObject({ code: 'call/unknown-user' })
    expect(device.raw.rest).not.toContain('ended')
    expect(device.raw.rest).not.toContain('accepted')
  }
  const late = await connect(devices[0] === a1 ? ada : bea)
  expect(late.welcome).toMatchObject({ calls: [{ call }] })
}

async function reasonOf(call: string, account: Account): Promise<unknown> {
  const { body } = await get<{ calls: Message[] }>(server, '/api/calls', account.token)
  return body.calls.find((one) => one['call'] === call)?.['reason']
}

describe('a dial to a person in a call with the caller', () => {
  it('by another device does not change the call', async () => {
    const call = await talk()
    for (const dialing of [b2, await connect(ada)]) {
      const second = callId()
      const callee = dialing === b2 ? ada.user : bea.user
      dialing.say('invite', { call: second, callee, kind: 'audio' })
      expect(await dialing.hear('error')).toMatchObject({
        code: 'call/too-many-calls',
        call: second,
      })
      expect(await dialing.hear('elsewhere')).toMatchObject({ call: { call } })
    }
    await expectOn(call)
  })

  it('that crosses the answer joins the answered call', async () => {
    const call = await ring()
    const own = callId()
    b2.say('accept', { call })
    await b2.hear('accepted')
    b1.say('invite', { call: own, callee: ada.user, kind: 'audio' })
    expect(await b1.hear('merged')).toMatchObject({ call: own, into: call })
    expect(await b1.hear('elsewhere')).toMatchObject({ call: { call } })
    expect(await a1.hear('accepted')).toMatchObject({ call, peer_device: b2.id })
    await expectOn(call, [a1, b2])
  })

  it('that is refused does not change a held call', async () => {
    const call = await talk()
    const dan = await signUp(server, `dan${String(people)}`)
    const d1 = await connect(dan)
    const status = { revision: 1, microphone: 'on', camera: 'off', held: true }
    a1.say('status', { call, status })
    const front = await ring(a1, dan)
    await d1.hear('incoming')
    d1.say('accept', { call: front })
    await d1.hear('accepted')
    await a1.hear('accepted')
    const a2 = await connect(ada)
    a2.say('invite', { call: callId(), callee: bea.user, kind: 'audio' })
    expect(await a2.hear('error')).toMatchObject({ code: 'call/too-many-calls' })
    expect((await connect(bea)).welcome).toMatchObject({ calls: [{ call, phase: 'active' }] })
    expect([...a1.raw.rest, ...b1.raw.rest, ...d1.raw.rest]).not.toContain('ended')
  })

  it('by a reloaded page without the call ends the old call', async () => {
    const call = await talk()
    b1.drop()
    const next = await connect(bea, b1.id)
    const second = callId()
    next.say('invite', { call: second, callee: ada.user, kind: 'audio' })
    expect(await a1.hear('ended')).toMatchObject({ call, reason: 'completed' })
    expect(await a1.hear('incoming')).toMatchObject({ call: second })
  })
})

describe('a device that fails while it rings', () => {
  it('drops out alone; after the last one the call fails', async () => {
    const call = await ring()
    const failure = 'device/microphone-denied'
    b1.say('hang_up', { call, failure })
    expect(await b1.hear('ended')).toMatchObject({ call, reason: 'failed', failure })
    expect(await a1.hear('progress')).toMatchObject({ call, delivered: 1, ringing: 1 })
    expect(b2.raw.rest).not.toContain('ended')
    b2.say('hang_up', { call, failure })
    for (const device of [a1, b2]) {
      expect(await device.hear('ended')).toMatchObject({ call, reason: 'failed', failure })
    }
    expect(await reasonOf(call, ada)).toBe('failed')
  })

  it('does not prevent an answer by another one', async () => {
    const call = await ring()
    b1.say('hang_up', { call, failure: 'device/microphone-denied' })
    await b1.hear('ended')
    b2.say('accept', { call })
    expect(await a1.hear('accepted')).toMatchObject({ call, peer_device: b2.id })
  })
})

describe('a repeated message', () => {
  it('gets the same answer, and changes nothing for the other side', async () => {
    const call = await talk()
    b2.say('join', { call })
    const first = await b2.hear('accepted')
    expect(first).toMatchObject({ call, link: 2 })
    expect(await a1.hear('accepted')).toMatchObject({ link: 2 })
    for (let i = 0; i < 3; ++i) {
      b2.say('join', { call })
      expect(await b2.hear('accepted')).toMatchObject({ link: 2, peer_device: a1.id })
    }
    b2.say('media', { call, flowing: true })
    expect(await b1.hear('ended')).toMatchObject({ reason: 'answered_elsewhere' })
    b2.say('accept', { call })
    expect(await b2.hear('accepted')).toMatchObject({ link: 2, peer_device: a1.id })
    await expectOn(call, [a1, b2])
  })
})

describe('a call of a lost device', () => {
  // The sessions are lost with the process; the devices may return within ten seconds.
  async function leave(): Promise<string> {
    const call = await talk()
    server.signal('SIGKILL')
    await server.exit()
    await server.restart(options)
    a1 = await connect(ada, a1.id)
    b2 = await connect(bea, b2.id)
    a1.say('media', { call, flowing: true })
    return call
  }

  /** Repeats until the dead device counts as gone. */
  async function ask(type: string, fields: () => object, interval: number): Promise<void> {
    const answer = async (): Promise<unknown> => {
      b2.say(type, fields())
      const heard = await b2.hear('error', 'progress', 'ended')
      return heard.type === 'progress' || heard['reason'] === 'completed'
    }
    await expect.poll(answer, { interval }).toBe(true)
  }

  it('can be ended by any other device of that person', async () => {
    const call = await leave()
    await ask('hang_up', () => ({ call }), 100)
    expect(await a1.hear('ended')).toMatchObject({ call, reason: 'completed' })
  })

  it('does not prevent a call to another person', async () => {
    const dan = await signUp(server, `dan${String(people)}`)
    const call = await leave()
    await connect(dan)
    // The rate limit allows one call in two seconds.
    await ask('invite', () => ({ call: callId(), callee: dan.user, kind: 'audio' }), 2_000)
    expect(await a1.hear('ended')).toMatchObject({ call, reason: 'completed' })
  })

  it('ends when its dead device is signed out', async () => {
    const call = await leave()
    const authorization = `Bearer ${bea.token}`
    const { status } = await post(server, '/api/sign-out', { device: b1.id }, { authorization })
    expect(status).toBe(204)
    expect(await a1.hear('ended')).toMatchObject({ call, reason: 'completed' })
  })
})

describe('a device that is silent while it rings', () => {
  it('may still answer, and the caller is told that it is silent', async () => {
    b2.drop()
    const call = callId()
    a1.say('invite', { call, callee: bea.user, kind: 'audio' })
    await b1.hear('incoming')
    b1.say('ringing', { call })
    b1.raw.socket.pause()
    let progress = await a1.hear('progress', 'ended')
    while (progress['quiet'] !== true) {
      expect(progress).toMatchObject({ type: 'progress' })
      progress = await a1.hear('progress', 'ended')
    }
    const next = await b1.resume(server, bea, { received: 1 })
    others.push(next)
    expect(next.welcome).toMatchObject({ calls: [{ call, phase: 'ringing' }] })
    next.say('accept', { call })
    expect(await a1.hear('accepted')).toMatchObject({ call, peer_device: b1.id })
  })

  it('and never returns counts as no answer', async () => {
    const short = await Server.start({ 'ring-limit': '8' })
    const [eve, fay] = [await signUp(short, 'eve'), await signUp(short, 'fay')]
    const [caller, callee] = [await Device.connect(short, eve), await Device.connect(short, fay)]
    const call = callId()
    caller.say('invite', { call, callee: 'fay', kind: 'audio' })
    await callee.hear('incoming')
    callee.say('ringing', { call })
    let progress = await caller.hear('progress')
    while (progress['ringing'] !== 1) progress = await caller.hear('progress')
    callee.drop()
    expect(await caller.hear('ended')).toMatchObject({ call, reason: 'no_answer' })
    caller.drop()
    await short.stop()
  })
})

describe('two people who call each other', () => {
  it('are in one call, with either of the two invites', async () => {
    b2.drop()
    for (let round = 0; round < 4; ++round) {
      const ids = [callId(), callId()]
      a1.say('invite', { call: ids[0], callee: bea.user, kind: 'audio' })
      if (round % 2 === 0) await b1.hear('incoming')
      b1.say('invite', { call: ids[1], callee: ada.user, kind: 'audio' })
      const told = await Promise.all([a1.hear('accepted'), b1.hear('accepted')])
      expect(ids).toContain(told[0]['call'])
      expect(told[1]['call']).toBe(told[0]['call'])
      expect(told[0]['offers']).not.toBe(told[1]['offers'])
      a1.say('hang_up', { call: told[0]['call'] })
      await Promise.all([a1.hear('ended'), b1.hear('ended')])
    }
  })
})

// The messages of one person do not end another person's session, and one device of a person does
// not end the call of another device.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { get, signUp, type Account } from './support/accounts'
import { callId, Device, hello, open, type RawSocket } from './support/device'
import { Server } from './support/server'

let server: Server
let people = 0
const sockets: { drop(): void }[] = []

beforeAll(async () => {
  server = await Server.start({})
})
afterAll(async () => server.stop())
afterEach(() => {
  for (const one of sockets.splice(0)) one.drop()
})

async function person(): Promise<Account> {
  return signUp(server, `person${String(++people)}`)
}

async function device(account: Account): Promise<Device> {
  const made = await Device.connect(server, account)
  sockets.push(made)
  return made
}

async function rawSocket(): Promise<RawSocket> {
  const raw = await open(server)
  sockets.push({ drop: () => raw.socket.terminate() })
  return raw
}

/** Two people in a call. */
async function talk() {
  const [ada, bea] = [await person(), await person()]
  const [caller, callee] = [await device(ada), await device(bea)]
  const call = callId()
  caller.say('invite', { call, callee: bea.user, kind: 'audio' })
  await callee.hear('incoming')
  callee.say('accept', { call })
  await callee.hear('accepted')
  await caller.hear('accepted')
  return { ada, bea, caller, callee, call }
}

describe('the devices of a person', () => {
  it('keep their call while many others say hello', async () => {
    const { bea, caller, callee, call } = await talk()
    for (let i = 0; i < 40; ++i) (await Device.connect(server, bea)).drop()
    callee.say('hang_up', { call })
    expect(await caller.hear('ended')).toMatchObject({ call, reason: 'completed' })
  })

  it('are refused above the limit while all are connected', async () => {
    const ada = await person()
    for (let i = 0; i < 16; ++i) await device(ada)
    const newcomer = await rawSocket()
    newcomer.send(hello(ada.token, randomUUID()))
    expect(await newcomer.hear('error')).toMatchObject({ code: 'server/too-many-devices' })
    expect(await newcomer.closed).toMatchObject({ code: 1008 })
  })
})

describe('a hostile peer', () => {
  it.each([
    ['many small signals', 400, '{}'],
    ['a few large ones', 14, JSON.stringify('x'.repeat(60_000))],
  ])('does not throw the other side off by %s', async (_, count, data) => {
    const { caller, callee, call } = await talk()
    for (let i = 0; i < count; ++i) {
      caller.say('signal', { call, to: callee.id, link: 1, data: JSON.parse(data) as unknown })
    }
    expect(await caller.hear('error')).toMatchObject({ code: 'protocol/rate-limited', call })
    callee.say('hang_up', { call })
    expect(await callee.hear('ended')).toMatchObject({ call, reason: 'completed' })
  })

  it('does not end the session of the other side with failing joins', async () => {
    const { ada, caller, callee, call } = await talk()
    const joiners: Device[] = []
    for (let i = 0; i < 13; ++i) joiners.push(await device(ada))
    for (let round = 0; round < 22; ++round) {
      for (const joiner of joiners) {
        joiner.say('join', { call })
        joiner.say('hang_up', { call, failure: 'device/microphone-denied' })
      }
    }
    for (const joiner of joiners) {
      expect(await joiner.hear('error')).toMatchObject({ code: 'protocol/rate-limited', call })
    }
    caller.say('hang_up', { call })
    expect(await callee.hear('ended')).toMatchObject({ call, reason: 'completed' })
  })

  it('is told when it may continue', async () => {
    const { caller, callee, call } = await talk()
    for (let i = 0; i < 200; ++i) caller.say('signal', { call, to: callee.id, link: 1, data: {} })
    const { retry_after_ms: wait } = await caller.hear('error')
    expect(wait).toBeGreaterThan(0)
  })

  it('can not cause a frame above the size limit', async () => {
    const { caller, callee, call } = await talk()
    const empty = JSON.stringify({ type: 'signal', call, to: callee.id, link: 1, data: '', seq: 3 })
    caller.say('signal', { call, to: callee.id, link: 1, data: 'x'.repeat(65_530 - empty.length) })
    expect(await caller.hear('error')).toMatchObject({ code: 'protocol/message-too-large' })
    expect(callee.raw.rest).not.toContain('signal')
  })
})

describe('many people who call one person at once', () => {
  it('do not fill the session of a device that does not read', async () => {
    const bea = await person()
    const callee = await device(bea)
    for (let i = 0; i < 16; ++i) {
      const caller = await device(await person())
      for (let j = 0; j < 9; ++j) {
        const call = callId()
        caller.say('invite', { call, callee: bea.user, kind: 'audio' })
        caller.say('hang_up', { call })
        await caller.hear('ended')
      }
    }
    const ada = await device(await person())
    const call = callId()
    ada.say('invite', { call, callee: bea.user, kind: 'audio' })
    expect(await ada.hear('progress')).toMatchObject({ call, delivered: 0 })
    let ack: unknown = 0
    for (const type of callee.raw.rest) ack = (await callee.hear(type))['seq'] ?? ack
    callee.raw.send({ type: 'ack', ack })
    expect(await callee.hear('incoming')).toMatchObject({ call })
    expect(await ada.hear('progress')).toMatchObject({ call, delivered: 1 })
  })
})

describe('a call id', () => {
  const invited = async (id: string) => {
    const [ada, bea] = [await person(), await person()]
    const caller = await device(ada)
    caller.say('invite', { call: id, callee: bea.user, kind: 'audio' })
    const { type, code } = await caller.hear('error', 'ended', 'progress')
    const { body } = await get<{ calls: unknown[] }>(server, '/api/calls', ada.token)
    return { answer: code ?? type, records: body.calls.length }
  }
  const at = (ms: number) => {
    const time = ms.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
  }
  const MINUTE_MS = 60_000

  it.each([
    ['all zeros', () => '00000000-0000-0000-0000-000000000000'],
    ['version 4', () => randomUUID()],
    ['another variant', () => callId().replace(/-[89ab](...)-(............)$/, '-c$1-$2')],
    ['the future', () => at(Date.now() + 40 * 24 * 60 * MINUTE_MS)],
  ])('of %s is refused', async (_, make) => {
    expect(await invited(make())).toEqual({ answer: 'protocol/invalid-field', records: 0 })
  })

  it('that is old is refused, because it may have been used', async () => {
    const answer = await invited(at(Date.now() - 20 * MINUTE_MS))
    expect(answer).toEqual({ answer: 'call/call-id-taken', records: 0 })
  })

  it('of about now is accepted once, also after a crash', async () => {
    const id = at(Date.now() - 5 * MINUTE_MS)
    expect(await invited(id)).toEqual({ answer: 'ended', records: 1 })
    expect(await invited(id)).toEqual({ answer: 'call/call-id-taken', records: 0 })
    server.signal('SIGKILL')
    await server.exit()
    await server.restart()
    expect(await invited(id)).toEqual({ answer: 'call/call-id-taken', records: 0 })
  })
})

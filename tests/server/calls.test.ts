// Whole calls between raw sockets, and their records in both histories.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { get, signUp, type Account } from './support/accounts'
import { callId, Device, type Message } from './support/device'
import { Server } from './support/server'

type Call = {
  readonly call: string
  readonly direction: 'outgoing' | 'incoming'
  readonly peer: { readonly user: string; readonly name: string }
  readonly reason: string
  readonly [field: string]: unknown
}
type History = { readonly calls: readonly Call[]; readonly next?: string }

let server: Server
let people = 0
let ada: Account
let bea: Account
let caller: Device
let callee: Device
const others: Device[] = []

beforeAll(async () => {
  // Short enough to wait for, and longer than a busy machine stalls.
  server = await Server.start({ 'ring-limit': '5', 'connect-limit': '5' })
})
afterAll(async () => server.stop())

beforeEach(async () => {
  ++people
  ada = await signUp(server, `ada${String(people)}`)
  bea = await signUp(server, `bea${String(people)}`)
  caller = await Device.connect(server, ada)
  callee = await Device.connect(server, bea)
})
afterEach(() => {
  for (const device of [caller, callee, ...others.splice(0)]) device.drop()
})

async function another(account: Account): Promise<Device> {
  const device = await Device.connect(server, account)
  others.push(device)
  return device
}

async function history(account: Account, query = ''): Promise<History> {
  return (await get<History>(server, `/api/calls${query}`, account.token)).body
}

async function dial(kind: 'audio' | 'video' = 'audio'): Promise<string> {
  const call = callId()
  caller.say('invite', { call, callee: bea.user, kind })
  await callee.hear('incoming')
  return call
}

/** Runs a call until both report media; returns the call and its link. */
async function talk(): Promise<string> {
  const call = await dial()
  callee.say('accept', { call })
  await Promise.all([caller.hear('accepted'), callee.hear('accepted')])
  for (const device of [caller, callee]) device.say('media', { call, flowing: true })
  return call
}

/** Both are told the same end, and both histories contain it. */
async function expectEnd(call: string, reason: string, more: object = {}): Promise<void> {
  const ends: Message[] = await Promise.all([caller.hear('ended'), callee.hear('ended')])
  for (const end of ends) expect(end).toMatchObject({ call, reason })
  await expectRecords(call, reason, more)
}

async function expectRecords(call: string, reason: string, more: object = {}): Promise<void> {
  const mine = (await history(ada)).calls
  const theirs = (await history(bea)).calls
  expect(mine).toHaveLength(1)
  expect(mine[0]).toMatchObject({
    call,
    reason,
    direction: 'outgoing',
    peer: { user: bea.user, name: bea.name },
    ...more,
  })
  expect(theirs).toHaveLength(1)
  expect(theirs[0]).toMatchObject({
    call,
    reason,
    direction: 'incoming',
    peer: { user: ada.user, name: ada.name },
    ...more,
  })
}

describe('a call', () => {
  it('goes from invite to hang-up, and forwards signals unchanged', async () => {
    const call = callId()
    caller.say('invite', { call, callee: bea.user, kind: 'video' })
    expect(await callee.hear('incoming')).toMatchObject({
      call,
      kind: 'video',
      caller: { user: ada.user, name: ada.name },
    })
    callee.say('ringing', { call })
    let progress = await caller.hear('progress')
    while (progress['ringing'] !== 1) progress = await caller.hear('progress')
    expect(progress).toMatchObject({ call, delivered: 1 })

    callee.say('accept', { call })
    const toCaller = await caller.hear('accepted')
    const toCallee = await callee.hear('accepted')
    expect(toCaller).toMatchObject({ call, peer_device: callee.id, peer: { user: bea.user } })
    expect(toCallee).toMatchObject({ call, peer_device: caller.id, peer: { user: ada.user } })
    expect([toCaller['offers'], toCallee['offers']]).toEqual([true, false])

    const data = {
      type: 'description',
      kind: 'offer',
      round: 1,
      sdp: 'v=0\r\n',
      future: [1.5, 'é'],
    }
    caller.say('signal', { call, to: callee.id, link: toCaller['link'], data })
    expect(await callee.hear('signal')).toMatchObject({ call, from: caller.id, data })

    for (const device of [caller, callee]) device.say('media', { call, flowing: true })
    caller.say('status', {
      call,
      status: { revision: 1, microphone: 'on', camera: 'on', held: false },
    })
    expect(await callee.hear('peer_status')).toMatchObject({ status: { camera: 'on' } })

    caller.say('hang_up', { call })
    await expectEnd(call, 'completed', { kind: 'video', ended_by: ada.user })
    const [record] = (await history(bea)).calls
    expect(record).toMatchObject({ peer_camera: 'on', peer_microphone: 'on' })
    const times = ['invited', 'ringing', 'accepted', 'connected', 'ended'].map((name) =>
      Number(record?.[`${name}_at_ms`]),
    )
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(Math.abs(Number(times[0]) - Date.now())).toBeLessThan(60_000)
    expect(record?.['lasted_ms']).toBe(Number(times[4]) - Number(times[3]))
  })

  it('that is declined', async () => {
    const call = await dial()
    callee.say('decline', { call })
    await expectEnd(call, 'declined', { ended_by: bea.user })
  })

  it('that is cancelled', async () => {
    const call = await dial()
    caller.say('hang_up', { call })
    await expectEnd(call, 'cancelled', { ended_by: ada.user })
  })

  it('that is not answered', async () => {
    const call = await dial()
    await expectEnd(call, 'no_answer')
    const [record] = (await history(ada)).calls
    expect(Number(record?.['ended_at_ms']) - Number(record?.['invited_at_ms'])).toBeGreaterThan(
      4999,
    )
    expect(record?.['ended_by']).toBeUndefined()
  })

  it('that is answered and never connects', async () => {
    const call = await dial()
    callee.say('accept', { call })
    await expectEnd(call, 'failed', { failure: 'connection/no-media-path' })
  })

  it('that fails on the device', async () => {
    const call = await talk()
    callee.say('hang_up', { call, failure: 'connection/media-lost' })
    await expectEnd(call, 'failed', { failure: 'connection/media-lost' })
  })

  it('to a person who is offline', async () => {
    const absent = await signUp(server, `absent${String(people)}`)
    const call = callId()
    caller.say('invite', { call, callee: absent.user, kind: 'audio' })
    expect(await caller.hear('ended')).toMatchObject({ call, reason: 'unreachable' })
    expect((await history(absent)).calls[0]).toMatchObject({ call, reason: 'unreachable' })
    expect((await history(ada)).calls[0]).toMatchObject({ call, reason: 'unreachable' })
  })

  it('to a person with one active and one waiting call is busy', async () => {
    await talk()
    const second = await another(await signUp(server, `second${String(people)}`))
    const third = await another(await signUp(server, `third${String(people)}`))
    second.say('invite', { call: callId(), callee: bea.user, kind: 'audio' })
    expect(await callee.hear('incoming')).toMatchObject({ waiting: true })
    const call = callId()
    third.say('invite', { call, callee: bea.user, kind: 'audio' })
    expect(await third.hear('ended')).toMatchObject({ call, reason: 'busy' })
    expect((await history(bea)).calls.find((one) => one.call === call)?.reason).toBe('busy')
  })

  it('rings on all devices, and the first answer wins', async () => {
    const tablet = await another(bea)
    const call = await dial()
    await tablet.hear('incoming')
    tablet.say('accept', { call })
    expect(await callee.hear('ended')).toMatchObject({ call, reason: 'answered_elsewhere' })
    expect(await caller.hear('accepted')).toMatchObject({ peer_device: tablet.id })
    callee.say('accept', { call })
    expect(await callee.hear('ended')).toMatchObject({ call, reason: 'answered_elsewhere' })
  })

  it('is announced once for repeated invites', async () => {
    const call = await dial()
    caller.say('invite', { call, callee: bea.user, kind: 'audio' })
    callee.say('decline', { call })
    callee.say('decline', { call })
    await expectEnd(call, 'declined')
    expect(callee.raw.rest).not.toContain('incoming')
  })

  it('of other people is neither visible nor changeable', async () => {
    const call = await talk()
    const eve = await signUp(server, `eve${String(people)}`)
    const stranger = await another(eve)
    for (const [type, fields] of [
      ['hang_up', {}],
      ['accept', {}],
      ['join', {}],
      ['decline', {}],
      ['ringing', {}],
      ['media', { flowing: false }],
      ['status', { status: { revision: 9, microphone: 'off', camera: 'off', held: true } }],
      ['signal', { to: callee.id, link: 1, data: { type: 'candidates' } }],
      ['invite', { callee: bea.user, kind: 'audio' }],
    ] as const) {
      stranger.say(type, { call, ...fields })
      const { code } = await stranger.hear('error')
      expect([type, code]).toEqual([
        type,
        type === 'invite' ? 'call/call-id-taken' : 'call/unknown-call',
      ])
    }
    expect((await history(eve)).calls).toEqual([])
    caller.say('hang_up', { call })
    await expectEnd(call, 'completed')
    expect(callee.raw.rest).not.toContain('signal')
  })

  it('survives the loss of a socket, without a lost message', async () => {
    const call = await talk()
    const { session, key } = callee.welcome
    callee.drop()
    caller.say('status', {
      call,
      status: { revision: 1, microphone: 'off', camera: 'off', held: false },
    })
    const { raw } = await import('./support/device').then(async ({ open, hello }) => {
      const socket = await open(server)
      socket.send({ ...hello(bea.token, callee.id), resume: { session, key, received: 2 } })
      return { raw: socket }
    })
    expect(await raw.hear('welcome')).toMatchObject({ resumed: true, calls: [{ call }] })
    expect(await raw.hear('peer_status')).toMatchObject({ status: { microphone: 'off' } })
    caller.say('hang_up', { call })
    expect(await raw.hear('ended')).toMatchObject({ call, reason: 'completed' })
    raw.socket.terminate()
  })
})

describe('the history', () => {
  it('comes in pages, newest first', async () => {
    const calls: string[] = []
    for (let i = 0; i < 5; ++i) {
      const call = await dial()
      callee.say('decline', { call })
      await Promise.all([caller.hear('ended'), callee.hear('ended')])
      calls.unshift(call)
    }
    const seen: string[] = []
    let page = await history(ada, '?limit=2')
    for (;;) {
      expect(page.calls.length).toBeLessThanOrEqual(2)
      seen.push(...page.calls.map(({ call }) => call))
      if (page.next === undefined) break
      page = await history(ada, `?limit=2&before=${encodeURIComponent(page.next)}`)
    }
    expect(seen).toEqual(calls)
    const bad = await get(server, '/api/calls?before=nonsense', ada.token)
    expect(bad.status).toBe(400)
  })

  it('does not contain calls that are not over', async () => {
    await talk()
    expect((await history(ada)).calls).toEqual([])
  })
})

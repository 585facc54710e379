// The rating of an ended call: over HTTP, in the history, and in the command.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { code, get, put, signUp, type Account, type Failure } from './support/accounts'
import { callId, Device } from './support/device'
import { Server } from './support/server'

type Call = { readonly call: string; readonly [field: string]: unknown }

let server: Server
let people = 0
let ada: Account
let bea: Account
let caller: Device
let callee: Device

beforeAll(async () => {
  server = await Server.start()
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
  caller.drop()
  callee.drop()
})

const path = (call: string) => `/api/calls/${call}/rating`
const rate = async (account: Account, call: string, rating: unknown) =>
  put<Failure>(server, path(call), { rating }, account.token)

async function entry(account: Account, call: string): Promise<Call | undefined> {
  const { body } = await get<{ calls: Call[] }>(server, '/api/calls', account.token)
  return body.calls.find((one) => one.call === call)
}

async function dial(): Promise<string> {
  const call = callId()
  caller.say('invite', { call, callee: bea.user, kind: 'audio' })
  await callee.hear('incoming')
  return call
}

/** Runs a call until media arrives. */
async function talk(): Promise<string> {
  const call = await dial()
  callee.say('accept', { call })
  await Promise.all([caller.hear('accepted'), callee.hear('accepted')])
  for (const device of [caller, callee]) device.say('media', { call, flowing: true })
  return call
}

async function hangUp(call: string): Promise<void> {
  caller.say('hang_up', { call })
  await Promise.all([caller.hear('ended'), callee.hear('ended')])
}

async function talkAndHangUp(): Promise<string> {
  const call = await talk()
  await hangUp(call)
  return call
}

/** The members of a refusal that programs read. */
async function refusal(answer: ReturnType<typeof rate>): Promise<readonly unknown[]> {
  const { status, body } = await answer
  const { code: error, field } = body.error
  return field === undefined ? [status, error] : [status, error, field]
}

describe('a rating', () => {
  it('is visible to the user who gave it and the operator only', async () => {
    const call = await talkAndHangUp()
    expect(await entry(ada, call)).not.toHaveProperty('my_rating')
    const before = await entry(bea, call)
    const answer = await rate(ada, call, 'good')
    expect([answer.status, answer.body]).toEqual([204, null])
    expect(await entry(ada, call)).toMatchObject({ my_rating: 'good' })
    expect(await entry(bea, call)).toEqual(before)

    expect((await rate(bea, call, 'bad')).status).toBe(204)
    expect(await entry(ada, call)).toMatchObject({ my_rating: 'good' })
    expect(await entry(bea, call)).toEqual({ ...before, my_rating: 'bad' })

    const json = await server.command(['calls', '--user', ada.user, '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      caller: { user: ada.user, rating: 'good' },
      callee: { user: bea.user, rating: 'bad' },
    })
    const text = await server.command(['calls', '--user', ada.user])
    expect(text.out).toContain(`${ada.user} rated it good, ${bea.user} rated it bad`)
  })

  it('can be repeated and changed', async () => {
    const call = await talkAndHangUp()
    for (const rating of ['bad', 'bad', 'good']) {
      expect((await rate(bea, call, rating)).status).toBe(204)
      expect(await entry(bea, call)).toMatchObject({ my_rating: rating })
    }
  })

  it('survives a kill of the server, on an unchanged call', async () => {
    const call = await talkAndHangUp()
    const before = await entry(ada, call)
    await rate(ada, call, 'bad')
    server.signal('SIGKILL')
    await server.exit()
    await server.restart()
    expect(await entry(ada, call)).toEqual({ ...before, my_rating: 'bad' })
    expect((await rate(ada, call, 'good')).status).toBe(204)
    expect(await entry(ada, call)).toEqual({ ...before, my_rating: 'good' })
  })

  it('is accepted for ended calls that had connected', async () => {
    const active = await talk()
    expect(await refusal(rate(ada, active, 'good'))).toEqual([409, 'call/not-over'])
    await hangUp(active)
    expect(await entry(ada, active)).not.toHaveProperty('my_rating')
    expect((await rate(ada, active, 'good')).status).toBe(204)

    const declined = await dial()
    callee.say('decline', { call: declined })
    await Promise.all([caller.hear('ended'), callee.hear('ended')])
    expect(await refusal(rate(ada, declined, 'good'))).toEqual([409, 'call/not-connected'])
  })

  it('is accepted from the two users of the call; others get a 404', async () => {
    const call = await talkAndHangUp()
    const eve = await signUp(server, `eve${String(people)}`)
    const foreign = await rate(eve, call, 'bad')
    expect([foreign.status, code(foreign)]).toEqual([404, 'call/unknown-call'])
    for (const unknown of [callId(), 'nonsense', 'a%20b']) {
      const answer = await rate(eve, unknown, 'bad')
      expect([answer.status, answer.body]).toEqual([foreign.status, foreign.body])
    }
    const nobody = put<Failure>(server, path(call), { rating: 'bad' })
    expect(await refusal(nobody)).toEqual([401, 'account/not-signed-in'])
    const made = put<Failure>(server, path(call), { rating: 'bad' }, 'made-up')
    expect(await refusal(made)).toEqual([401, 'account/not-signed-in'])
    expect(await entry(ada, call)).not.toHaveProperty('my_rating')
    expect(await entry(bea, call)).not.toHaveProperty('my_rating')
  })

  it('must be good or bad, in JSON, from an allowed page', async () => {
    const call = await talkAndHangUp()
    for (const rating of ['great', '', 5, true, null, undefined]) {
      expect([rating, ...(await refusal(rate(ada, call, rating)))]).toEqual([
        rating,
        400,
        'protocol/invalid-field',
        'rating',
      ])
    }
    const send = async (body: unknown, headers = {}) =>
      refusal(put<Failure>(server, path(call), body, ada.token, headers))
    expect(await send('good')).toEqual([400, 'protocol/malformed-message'])
    const plain = { 'content-type': 'text/plain' }
    expect((await send({ rating: 'good' }, plain))[0]).toBe(415)
    const foreign = { origin: 'https://evil.example' }
    expect(await send({ rating: 'good' }, foreign)).toEqual([403, 'account/foreign-origin'])
    expect(await entry(ada, call)).not.toHaveProperty('my_rating')
  })

  it('accepts PUT only, at its own path', async () => {
    const call = callId()
    const answer = await fetch(server.url + path(call), { method: 'POST', body: '{}' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'PUT'])
    for (const near of [
      `/api/calls/${call}`,
      `${path(call)}/`,
      '/api/calls//rating',
      path('a/b'),
    ]) {
      const { status, body } = await put<Failure>(server, near, { rating: 'good' }, ada.token)
      expect([near, status, body.error.code]).toEqual([near, 404, 'protocol/unknown-message'])
    }
  })
})

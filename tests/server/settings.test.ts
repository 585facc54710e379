// A user's settings: over HTTP, and in later calls.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { code, get, put, signUp, type Account } from './support/accounts'
import { callId, Device } from './support/device'
import { Server } from './support/server'

let server: Server
let people = 0
const devices: Device[] = []

beforeAll(async () => {
  server = await Server.start()
})
afterAll(async () => server.stop())
afterEach(() => {
  for (const device of devices.splice(0)) device.drop()
})

async function person(name: string): Promise<{ account: Account; device: Device }> {
  const account = await signUp(server, `${name}${String(++people)}`)
  return { account, device: await connect(account) }
}

async function connect(account: Account): Promise<Device> {
  const device = await Device.connect(server, account)
  devices.push(device)
  return device
}

const settings = async (account: Account) => get(server, '/api/settings', account.token)
const setCallWaiting = async (account: Account, on: boolean) =>
  put(server, '/api/settings', { call_waiting: on }, account.token)

/** One calls another who answers. */
async function talk(caller: Device, callee: { account: Account; device: Device }): Promise<string> {
  const call = callId()
  caller.say('invite', { call, callee: callee.account.user, kind: 'audio' })
  await callee.device.hear('incoming')
  callee.device.say('accept', { call })
  await callee.device.hear('accepted')
  return call
}

/** The first answer to a call to a person in a call. */
async function second(caller: Device, callee: Account): Promise<unknown> {
  const call = callId()
  caller.say('invite', { call, callee: callee.user, kind: 'audio' })
  const { type, reason, waiting } = await caller.hear('ended', 'progress')
  if (type === 'progress') caller.say('hang_up', { call })
  if (type === 'progress') await caller.hear('ended')
  return reason ?? (waiting === true ? 'waiting' : type)
}

describe('call waiting', () => {
  it('is on by default, and can be turned off for later calls', async () => {
    const [ada, bea, cem] = [await person('ada'), await person('bea'), await person('cem')]
    expect((await settings(bea.account)).body).toMatchObject({ call_waiting: true })
    await talk(ada.device, bea)
    expect(await second(cem.device, bea.account)).toBe('waiting')

    const answer = await setCallWaiting(bea.account, false)
    expect(answer).toMatchObject({ status: 200, body: { call_waiting: false } })
    expect(await second(cem.device, bea.account)).toBe('busy')
    expect((await settings(bea.account)).body).toMatchObject({ call_waiting: false })
    expect((await settings(ada.account)).body).toMatchObject({ call_waiting: true })

    await setCallWaiting(bea.account, true)
    expect(await second(cem.device, bea.account)).toBe('waiting')
  })

  it('stays off after a reconnect, and after a kill of the server', async () => {
    const [ada, bea, cem] = [await person('ada'), await person('bea'), await person('cem')]
    await setCallWaiting(bea.account, false)
    // A token check updates the account in the switchboard.
    const again = await connect(bea.account)
    const call = await talk(ada.device, { account: bea.account, device: again })
    expect(await second(cem.device, bea.account)).toBe('busy')
    again.say('hang_up', { call })
    await again.hear('ended')

    server.signal('SIGKILL')
    await server.exit()
    await server.restart()
    expect((await settings(bea.account)).body).toMatchObject({ call_waiting: false })
    const [caller, callee] = [await connect(ada.account), await connect(bea.account)]
    await talk(caller, { account: bea.account, device: callee })
    expect(await second(await connect(cem.account), bea.account)).toBe('busy')
    const list = await server.command(['user', 'list', '--json'])
    expect(list.out).toMatch(new RegExp(`"user":"${bea.account.user}".*"call_waiting":false`, 'u'))
  })
})

describe('settings', () => {
  it('are closed without a sign-in, and refuse invalid values', async () => {
    const { account } = await person('ada')
    expect((await get(server, '/api/settings')).status).toBe(401)
    expect((await put(server, '/api/settings', { call_waiting: false })).status).toBe(401)
    const wrong = await put(server, '/api/settings', { call_waiting: 'no' }, account.token)
    expect([wrong.status, code(wrong)]).toEqual([400, 'protocol/invalid-field'])
    expect((await put(server, '/api/settings', {}, account.token)).status).toBe(400)
    expect((await settings(account)).body).toMatchObject({ call_waiting: true })
  })

  it('accept GET and PUT only', async () => {
    const answer = await fetch(`${server.url}/api/settings`, { method: 'POST', body: '{}' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT'])
  })
})

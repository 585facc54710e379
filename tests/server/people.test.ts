// Contacts, blocked people, and who may call: over HTTP, and in the calls that follow.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { code, get, post, put, remove, signUp, type Account } from './support/accounts'
import { sql } from './support/database'
import { callId, Device } from './support/device'
import { Server } from './support/server'

type Person = { readonly account: Account; readonly device: Device }
type Listed = { readonly people: readonly { readonly user: string; readonly name: string }[] }
type History = { readonly calls: readonly { readonly call: string; readonly reason: string }[] }

// Short enough to wait for, and longer than a busy machine stalls.
const shortRing = { 'ring-limit': '5' }

let server: Server
let people = 0
const devices: Device[] = []

beforeAll(async () => {
  server = await Server.start(shortRing)
})
afterAll(async () => server.stop())
afterEach(() => {
  for (const device of devices.splice(0)) device.drop()
})

async function person(name: string): Promise<Person> {
  const account = await signUp(server, `${name}${String(++people)}`)
  return { account, device: await connect(account) }
}

async function connect(account: Account): Promise<Device> {
  const device = await Device.connect(server, account)
  devices.push(device)
  return device
}

const block = async (by: Account, whom: Account) =>
  put(server, `/api/blocked/${whom.user}`, {}, by.token)
const unblock = async (by: Account, whom: Account) =>
  remove(server, `/api/blocked/${whom.user}`, by.token)
const listOf = async (path: string, of: Account) =>
  (await get<Listed>(server, path, of.token)).body.people.map(({ user }) => user)
const historyOf = async (of: Account) =>
  (await get<History>(server, '/api/calls', of.token)).body.calls.map(({ call }) => call)

/** Calls, and returns the end of the call without an answer. */
async function callInVain(caller: Person, callee: Person): Promise<{ call: string; end: unknown }> {
  const call = callId()
  caller.device.say('invite', { call, callee: callee.account.user, kind: 'audio' })
  return { call, end: (await caller.device.hear('ended')).reason }
}

/** Calls, and hangs up once the callee knows of it. */
async function rings(caller: Person, callee: Person): Promise<void> {
  const call = callId()
  caller.device.say('invite', { call, callee: callee.account.user, kind: 'audio' })
  expect((await callee.device.hear('incoming')).call).toBe(call)
  caller.device.say('hang_up', { call })
  await callee.device.hear('ended')
  await caller.device.hear('ended')
}

async function talk(caller: Person, callee: Person): Promise<void> {
  const call = callId()
  caller.device.say('invite', { call, callee: callee.account.user, kind: 'audio' })
  await callee.device.hear('incoming')
  callee.device.say('accept', { call })
  await caller.device.hear('accepted')
  caller.device.say('media', { call, flowing: true })
  caller.device.say('hang_up', { call })
  await caller.device.hear('ended')
  await callee.device.hear('ended')
}

describe('a blocked person', () => {
  it('gets ringing without an answer, and the callee gets nothing', async () => {
    const [ada, bea] = [await person('ada'), await person('bea')]
    expect((await block(bea.account, ada.account)).status).toBe(204)
    const call = callId()
    ada.device.say('invite', { call, callee: bea.account.user, kind: 'audio' })
    expect(await ada.device.hear('progress')).toMatchObject({ delivered: 1, ringing: 0 })
    expect(await ada.device.hear('progress')).toMatchObject({ delivered: 1, ringing: 1 })
    expect(await ada.device.hear('ended')).toMatchObject({ call, reason: 'no_answer' })
    // An earlier message for her would have arrived before this one.
    await rings(await person('cem'), bea)
    expect(await historyOf(ada.account)).toEqual([call])
    expect(await historyOf(bea.account)).not.toContain(call)
  })

  it('stops ringing at once, and rings again when unblocked', async () => {
    const [ada, bea] = [await person('ada'), await person('bea')]
    const call = callId()
    ada.device.say('invite', { call, callee: bea.account.user, kind: 'audio' })
    await bea.device.hear('incoming')
    await block(bea.account, ada.account)
    expect(await bea.device.hear('ended')).toMatchObject({ call, reason: 'declined_elsewhere' })
    expect(await ada.device.hear('ended')).toMatchObject({ call, reason: 'no_answer' })
    await unblock(bea.account, ada.account)
    await rings(ada, bea)
  })

  it('stays blocked after a restart, and leaves no missed calls', async () => {
    const own = await Server.start(shortRing)
    try {
      const [ada, bea] = [await signUp(own, 'ada'), await signUp(own, 'bea')]
      await put(own, '/api/blocked/ada', {}, bea.token)
      const caller = await Device.connect(own, ada)
      caller.say('invite', { call: callId(), callee: 'bea', kind: 'audio' })
      expect((await caller.hear('ended')).reason).toBe('unreachable')
      caller.drop()
      own.signal('SIGKILL')
      await own.exit()
      await own.restart(shortRing)
      const callee = await Device.connect(own, bea)
      const again = await Device.connect(own, ada)
      again.say('invite', { call: callId(), callee: 'bea', kind: 'audio' })
      expect((await again.hear('ended')).reason).toBe('no_answer')
      expect((await get<History>(own, '/api/calls', bea.token)).body.calls).toEqual([])
      callee.drop()
      again.drop()
    } finally {
      await own.stop()
    }
  })
})

describe('the lists', () => {
  it('contain each added person once, in the order of their names', async () => {
    const [ada, bea, cem] = [await person('ada'), await person('bea'), await person('cem')]
    for (const path of ['/api/contacts', '/api/blocked']) {
      for (const one of [cem, bea, cem]) {
        const added = await put(server, `${path}/${one.account.user}`, {}, ada.account.token)
        expect(added.status).toBe(204)
      }
      expect(await listOf(path, ada.account)).toEqual([bea.account.user, cem.account.user])
      const gone = `${path}/${bea.account.user.toUpperCase()}`
      expect((await remove(server, gone, ada.account.token)).status).toBe(204)
      expect((await remove(server, gone, ada.account.token)).status).toBe(204)
      expect(await listOf(path, ada.account)).toEqual([cem.account.user])
      expect(await listOf(path, cem.account)).toEqual([])
    }
  })

  it('refuse unknown users and the own name', async () => {
    const { account } = await person('ada')
    const nobody = await put(server, '/api/blocked/nobody', {}, account.token)
    expect([nobody.status, code(nobody)]).toEqual([404, 'call/unknown-user'])
    const self = await put(server, `/api/contacts/${account.user}`, {}, account.token)
    expect([self.status, code(self)]).toEqual([400, 'call/calling-oneself'])
    expect((await put(server, '/api/blocked/nobody', {})).status).toBe(401)
    expect((await get(server, '/api/contacts')).status).toBe(401)
  })
})

describe('names of dots, which URLs treat as folders', () => {
  it('are refused for new accounts, by sign-up and by command', async () => {
    for (const user of ['.', '..', '...']) {
      const person = { user, name: 'Dots', password: 'correct horse battery' }
      const answer = await post(server, '/api/sign-up', person)
      expect([user, answer.status, code(answer)]).toEqual([user, 400, 'account/invalid-name'])
      expect(answer.body).toMatchObject({ error: { field: 'user' } })
      const { status, err } = await server.command(['user', 'add', user], `${person.password}\n`)
      expect([user, status, err]).toEqual([user, 1, expect.stringContaining("can't be used")])
    }
  })

  it('can be blocked and added if the account exists', async () => {
    const ada = await person('ada')
    await sql(
      server.data,
      `INSERT INTO users (user, name, password_hash, created_at_ms, changed)
       SELECT '..', 'Dots', password_hash, created_at_ms, (SELECT max(changed) + 1 FROM users) FROM users LIMIT 1;`,
    )
    for (const path of ['/api/blocked', '/api/contacts']) {
      const { status } = await put(server, `${path}/~..`, {}, ada.account.token)
      expect(status).toBe(204)
      expect(await listOf(path, ada.account)).toEqual(['..'])
      expect((await remove(server, `${path}/~..`, ada.account.token)).status).toBe(204)
      expect(await listOf(path, ada.account)).toEqual([])
      expect((await put(server, `${path}/~~..`, {}, ada.account.token)).status).toBe(404)
    }
  })
})

describe('who may call', () => {
  const letOnlyKnownPeopleCall = async ({ account }: Person) =>
    put(server, '/api/settings', { call_waiting: true, who_may_call: 'known' }, account.token)

  it('is everybody by default, and is kept when other settings change', async () => {
    const ada = await person('ada')
    const settings = async () => (await get(server, '/api/settings', ada.account.token)).body
    expect(await settings()).toEqual({ call_waiting: true, who_may_call: 'everybody' })
    await letOnlyKnownPeopleCall(ada)
    await put(server, '/api/settings', { call_waiting: false }, ada.account.token)
    expect(await settings()).toEqual({ call_waiting: false, who_may_call: 'known' })
    const wrong = { call_waiting: true, who_may_call: 'nobody' }
    expect((await put(server, '/api/settings', wrong, ada.account.token)).status).toBe(400)
  })

  it('excludes strangers, who see the person as offline', async () => {
    const [ada, bea] = [await person('ada'), await person('bea')]
    ada.device.say('watch', { users: [bea.account.user] })
    const seen = async () =>
      (await ada.device.hear('presence')).people as readonly { online: boolean }[]
    expect(await seen()).toMatchObject([{ online: true }])
    await letOnlyKnownPeopleCall(bea)
    expect(await seen()).toMatchObject([{ online: false }])
    const { call, end } = await callInVain(ada, bea)
    expect(end).toBe('unreachable')
    expect(await historyOf(bea.account)).not.toContain(call)
    await put(server, `/api/contacts/${ada.account.user}`, {}, bea.account.token)
    expect(await seen()).toMatchObject([{ online: true }])
    await rings(ada, bea)
  })

  it('includes people of earlier calls, also after a restart', async () => {
    const own = await Server.start()
    try {
      const made = [await signUp(own, 'ada'), await signUp(own, 'bea')] as const
      const meet = async () => ({
        ada: { account: made[0], device: await Device.connect(own, made[0]) },
        bea: { account: made[1], device: await Device.connect(own, made[1]) },
      })
      const before = await meet()
      await talk(before.ada, before.bea)
      const known = { call_waiting: true, who_may_call: 'known' }
      await put(own, '/api/settings', known, made[1].token)
      before.ada.device.drop()
      before.bea.device.drop()
      own.signal('SIGKILL')
      await own.exit()
      await own.restart(shortRing)
      const after = await meet()
      await rings(after.ada, after.bea)
      after.ada.device.drop()
      after.bea.device.drop()
    } finally {
      await own.stop()
    }
  })
})

describe('a person who calls again and again', () => {
  it('has to wait, and is told how long', async () => {
    const [ada, bea, cem] = [await person('ada'), await person('bea'), await person('cem')]
    let refused: Record<string, unknown> | undefined
    for (let i = 0; i < 8 && refused === undefined; ++i) {
      const call = callId()
      ada.device.say('invite', { call, callee: bea.account.user, kind: 'audio' })
      const answer = await ada.device.hear('progress', 'error')
      if (answer.type === 'error') refused = answer
      else {
        await bea.device.hear('incoming')
        bea.device.say('decline', { call })
        await ada.device.hear('ended')
        await bea.device.hear('ended')
      }
    }
    expect(refused).toMatchObject({ code: 'call/called-too-often' })
    expect(refused?.['retry_after_ms']).toBeGreaterThan(1000)
    await rings(cem, bea)
  })

  it('does not affect calls from a known person', async () => {
    const [bea, friend] = [await person('bea'), await person('friend')]
    await talk(friend, bea)
    for (const name of ['s', 't']) {
      const stranger = await person(name)
      const call = callId()
      stranger.device.say('invite', { call, callee: bea.account.user, kind: 'audio' })
      await bea.device.hear('incoming')
    }
    const call = callId()
    friend.device.say('invite', { call, callee: bea.account.user, kind: 'audio' })
    expect(await bea.device.hear('incoming')).toMatchObject({ call })
  })
})

describe('the list of people', () => {
  it('notifies the clients that show it of a new account', async () => {
    const ada = await person('ada')
    ada.device.say('watch', { users: [], people: true })
    await ada.device.hear('presence')
    const { user } = await signUp(server, `new${String(++people)}`)
    await ada.device.hear('people_changed')
    expect(await listOf('/api/people?limit=100', ada.account)).toContain(user)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  code,
  get,
  password,
  post,
  signUp,
  type Account,
  type Answer,
  type Failure,
} from './support/accounts'
import { Device, callId, hello, open } from './support/device'
import { Server } from './support/server'

describe('accounts', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start()
  })
  afterAll(async () => server.stop())

  it('are made, and can sign in', async () => {
    const made = await post<Account>(server, '/api/sign-up', {
      user: 'Ada.Lovelace',
      name: '  Ada Lovelace ',
      password,
    })
    expect(made.status).toBe(200)
    expect(made.body).toMatchObject({ user: 'ada.lovelace', name: 'Ada Lovelace' })
    expect(made.body.expires_at_ms).toBeGreaterThan(Date.now() + 29 * 86_400_000)

    const back = await post<Account>(server, '/api/sign-in', { user: 'ADA.lovelace', password })
    expect(back.status).toBe(200)
    expect(back.body.token).not.toBe(made.body.token)
    const me = await get(server, '/api/me', back.body.token)
    expect(me.body).toEqual({ user: 'ada.lovelace', name: 'Ada Lovelace' })
    expect(me.headers.get('cache-control')).toBe('no-store')
  })

  it('are refused with a message and a next step', async () => {
    await signUp(server, 'taken')
    const refused: readonly [object, number, string, string?][] = [
      [{ user: 'taken' }, 409, 'account/name-taken'],
      [{ user: 'a b' }, 400, 'account/invalid-name', 'user'],
      [{ user: '' }, 400, 'account/invalid-name', 'user'],
      [{ user: 'x'.repeat(65) }, 400, 'account/invalid-name', 'user'],
      [{ name: ' ' }, 400, 'account/invalid-name', 'name'],
      [{ name: 'a\u202eb' }, 400, 'account/invalid-name', 'name'],
      [{ name: 'x'.repeat(65) }, 400, 'account/invalid-name', 'name'],
      [{ password: '1234567' }, 400, 'account/weak-password', 'password'],
      [{ password: 'x'.repeat(257) }, 400, 'account/weak-password', 'password'],
      [{ password: undefined }, 400, 'protocol/invalid-field', 'password'],
      [{ user: 7 }, 400, 'protocol/invalid-field', 'user'],
    ]
    for (const [change, status, error, field] of refused) {
      const answer = await post<Failure>(server, '/api/sign-up', {
        user: 'fresh',
        name: 'Fresh',
        password,
        ...change,
      })
      expect([change, answer.status, code(answer)]).toEqual([change, status, error])
      expect(answer.body.error.field).toBe(field)
      expect(answer.body.error.sentence).toMatch(/\.$/)
      expect(answer.body.error.next_step).toMatch(/\.$/)
    }
  })

  it('give the same answer for an unknown user and a wrong password', async () => {
    await signUp(server, 'known')
    const wrong = await post(server, '/api/sign-in', { user: 'known', password: 'not this one' })
    const unknown = await post(server, '/api/sign-in', { user: 'unknown', password })
    const nonsense = await post(server, '/api/sign-in', { user: 'no name!', password })
    expect([wrong.status, code(wrong)]).toEqual([401, 'account/wrong-credentials'])
    expect(unknown.body).toEqual(wrong.body)
    expect(nonsense.body).toEqual(wrong.body)
  })

  it('are closed without a token, or with a withdrawn one', async () => {
    const { token } = await signUp(server, 'leaver')
    for (const path of ['/api/me', '/api/people', '/api/calls']) {
      expect((await get(server, path)).status).toBe(401)
      expect(code(await get(server, path, 'made-up'))).toBe('account/not-signed-in')
    }
    const headers = { authorization: `Bearer ${token}` }
    expect((await post(server, '/api/sign-out', {}, headers)).status).toBe(204)
    expect((await get(server, '/api/me', token)).status).toBe(401)
    expect((await post(server, '/api/sign-out', {}, headers)).status).toBe(401)
  })

  it('end the sessions of a withdrawn token, and no others', async () => {
    const first = await signUp(server, 'twice')
    const second = (await post<Account>(server, '/api/sign-in', { user: 'twice', password })).body
    const here = await Device.connect(server, first)
    const there = await Device.connect(server, second)
    await post(server, '/api/sign-out', {}, { authorization: `Bearer ${first.token}` })
    expect((await here.closed).code).toBe(4001)
    there.say('watch', { users: [] })
    await there.hear('presence')
    there.drop()
  })

  it('end the session of a device without a socket', async () => {
    const account = await signUp(server, 'offline')
    const device = await Device.connect(server, account)
    device.drop()
    await post(
      server,
      '/api/sign-out',
      { device: device.id },
      { authorization: `Bearer ${account.token}` },
    )
    const again = (await post<Account>(server, '/api/sign-in', { user: 'offline', password })).body
    const raw = await open(server)
    const { session, key } = device.welcome
    raw.send({ ...hello(again.token, device.id), resume: { session, key, received: 0 } })
    expect(await raw.hear('welcome')).toMatchObject({ resumed: false })
    raw.socket.terminate()
  })

  it('can be found by others', async () => {
    const { token } = await signUp(server, 'finder')
    await signUp(server, 'findme')
    type People = { people: { user: string; name: string }[] }
    const all = await get<People>(server, '/api/people?limit=100', token)
    const users = all.body.people.map(({ user }) => user)
    expect(users).toContain('findme')
    expect(users).not.toContain('finder')
    const some = await get<People>(server, '/api/people?search=FINDM', token)
    expect(some.body.people).toEqual([{ user: 'findme', name: 'Findme' }])
    expect((await get<People>(server, '/api/people?search=%25', token)).body.people).toEqual([])
    expect((await get<People>(server, '/api/people?limit=1', token)).body.people).toHaveLength(1)
    for (const limit of ['0', 'x', '-1', '']) {
      expect(code(await get(server, `/api/people?limit=${limit}`, token))).toBe(
        'protocol/invalid-field',
      )
    }
  })

  it('can be called at once when they are new', async () => {
    const caller = await Device.connect(server, await signUp(server, 'early'))
    await signUp(server, 'newcomer')
    caller.say('invite', { call: callId(), callee: 'newcomer', kind: 'audio' })
    expect(await caller.hear('ended')).toMatchObject({ reason: 'unreachable' })
    caller.drop()
  })
})

describe('sign-up', () => {
  it('by invitation accepts each code once', async () => {
    const server = await Server.start({ 'sign-up': 'invite' })
    try {
      expect((await get(server, '/api/server')).body).toMatchObject({ sign_up: 'invite' })
      await server.command(['user', 'add', 'ada'], `${password}\n`)
      const person = { user: 'guest', name: 'Guest', password }
      const none = await post(server, '/api/sign-up', person)
      expect([none.status, code(none)]).toEqual([403, 'account/invitation-needed'])
      const wrong = await post(server, '/api/sign-up', { ...person, invitation: 'abcde' })
      expect(code(wrong)).toBe('account/invitation-needed')

      const made = await server.command(['user', 'invite'])
      const invitation = made.out.trim()
      const typed = invitation.toUpperCase().replaceAll('-', ' ')
      const good = await post(server, '/api/sign-up', { ...person, invitation: typed })
      expect(good.status).toBe(200)
      const again = await post(server, '/api/sign-up', { ...person, user: 'other', invitation })
      expect(code(again)).toBe('account/invitation-needed')
    } finally {
      await server.stop()
    }
  })

  it('that is closed accepts no account', async () => {
    const server = await Server.start({ 'sign-up': 'closed' })
    try {
      const answer = await post(server, '/api/sign-up', { user: 'x', name: 'X', password })
      expect([answer.status, code(answer)]).toEqual([403, 'account/sign-up-closed'])
    } finally {
      await server.stop()
    }
  })
})

describe('password guessing', () => {
  it('is slowed down', async () => {
    const server = await Server.start({ 'attempts-per-minute': '5' })
    try {
      await signUp(server, 'target')
      const codes: string[] = []
      let last: Answer | undefined
      for (let i = 0; i < 8; ++i) {
        last = await post(server, '/api/sign-in', {
          user: 'target',
          password: `guess ${String(i)}`,
        })
        codes.push(code(last))
      }
      expect(codes).toContain('account/wrong-credentials')
      expect(codes.at(-1)).toBe('account/too-many-attempts')
      expect(last?.status).toBe(429)
    } finally {
      await server.stop()
    }
  })

  it('is counted by the address from a trusted proxy, and by no other', async () => {
    const guess = async (server: Server, user: string, from: string) => {
      const person = { user, password: 'guess' }
      return code(await post(server, '/api/sign-in', person, { 'x-forwarded-for': from }))
    }
    const wrong = 'account/wrong-credentials'
    const tooMany = 'account/too-many-attempts'
    const behind = await Server.start({
      'attempts-per-minute': '2',
      'trusted-proxies': '127.0.0.0/8',
    })
    const plain = await Server.start({ 'attempts-per-minute': '2' })
    try {
      for (const [index, expected] of [wrong, wrong, tooMany].entries()) {
        expect(await guess(behind, `a${String(index)}`, '9.9.9.9, 192.0.2.1')).toBe(expected)
        const from = `192.0.2.${String(index)}`
        expect(await guess(plain, `a${String(index)}`, from)).toBe(expected)
      }
      expect(await guess(behind, 'b', '9.9.9.9, 192.0.2.2')).toBe(wrong)
    } finally {
      await Promise.all([behind.stop(), plain.stop()])
    }
  })

  it('does not count sign-ins that succeed', async () => {
    const server = await Server.start({ 'attempts-per-minute': '3' })
    try {
      await signUp(server, 'regular')
      for (let i = 0; i < 8; ++i) {
        const answer = await post(server, '/api/sign-in', { user: 'regular', password })
        expect(answer.status).toBe(200)
      }
    } finally {
      await server.stop()
    }
  })
})

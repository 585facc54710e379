// The sessions of an account: the list, ending one, and the effects of its end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  code,
  get,
  password,
  post,
  remove,
  signUp,
  type Account,
  type Failure,
} from './support/accounts'
import { callId, Device } from './support/device'
import { Server } from './support/server'

type Session = {
  readonly id: string
  readonly software?: string
  readonly system?: string
  readonly created_at_ms: number
  readonly last_seen_at_ms: number
  readonly expires_at_ms: number
  readonly current: boolean
  readonly online: boolean
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const phone =
  'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36'

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

describe('sessions', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start()
  })
  afterAll(async () => server.stop())

  const signIn = async (user: string, agent = firefox): Promise<Account> => {
    const answer = await post<Account>(
      server,
      '/api/sign-in',
      { user, password },
      { 'user-agent': agent },
    )
    expect(answer.status).toBe(200)
    return answer.body
  }
  const list = async (token: string): Promise<readonly Session[]> =>
    (await get<{ sessions: Session[] }>(server, '/api/sessions', token)).body.sessions

  it('are listed with their software and times', async () => {
    await signUp(server, 'lister')
    const here = await signIn('lister', firefox)
    const there = await signIn('lister', phone)
    const device = await Device.connect(server, there)
    const sessions = await list(here.token)
    expect(sessions).toHaveLength(3)
    expect(sessions[0]).toMatchObject({ software: 'Firefox', system: 'Linux', current: true })
    expect(sessions[0]?.online).toBe(false)
    expect(sessions[1]).toMatchObject({ software: 'Chrome', system: 'Android', online: true })
    expect(sessions[1]?.current).toBe(false)
    for (const session of sessions) {
      expect(session.id).toMatch(/^[0-9a-f]{32}$/)
      expect(session.last_seen_at_ms).toBeGreaterThanOrEqual(session.created_at_ms)
      expect(session.expires_at_ms).toBeGreaterThan(session.last_seen_at_ms)
    }
    device.drop()
  })

  it('are ended one by one, with their sockets and calls', async () => {
    await signUp(server, 'ender')
    const friend = await Device.connect(server, await signUp(server, 'friend'))
    const here = await signIn('ender')
    const there = await signIn('ender', phone)
    const device = await Device.connect(server, there)
    const call = callId()
    device.say('invite', { call, callee: 'friend', kind: 'audio' })
    await friend.hear('incoming')
    friend.say('accept', { call })
    await device.hear('accepted')
    await friend.hear('accepted')

    const online = (await list(here.token)).find((session) => session.online)
    const path = `/api/sessions/${String(online?.id)}`
    const foreign = await signUp(server, 'stranger')
    expect((await remove(server, path, foreign.token)).status).toBe(404)
    expect((await remove(server, path, here.token)).status).toBe(204)
    expect((await device.closed).code).toBe(4001)
    expect(await friend.hear('ended')).toMatchObject({ call })
    expect((await get(server, '/api/me', there.token)).status).toBe(401)
    const again = await remove<Failure>(server, path, here.token)
    expect([again.status, again.body.error.field]).toEqual([404, 'id'])
    expect((await get(server, '/api/me', here.token)).status).toBe(200)
    friend.drop()
  })

  it('can all be ended except the current one', async () => {
    const first = await signUp(server, 'only')
    const device = await Device.connect(server, first)
    const kept = await signIn('only')
    await signIn('only')
    const answer = await post(server, '/api/sessions/end-others', {}, bearer(kept.token))
    expect([answer.status, answer.body]).toEqual([200, { ended: 2 }])
    expect((await device.closed).code).toBe(4001)
    expect(await list(kept.token)).toHaveLength(1)
  })

  it('in use are kept over many sign-ins, and one in a call is kept longest', async () => {
    await signUp(server, 'busy')
    const calling = await signIn('busy')
    const device = await Device.connect(server, calling)
    const idle = await Device.connect(server, await signIn('busy'))
    const friend = await Device.connect(server, await signUp(server, 'companion'))
    const call = callId()
    device.say('invite', { call, callee: 'companion', kind: 'audio' })
    await friend.hear('incoming')
    for (let i = 0; i < 40; ++i) await signIn('busy')
    idle.say('watch', { users: [] })
    await idle.hear('presence')

    const others: Device[] = []
    for (let i = 0; i < 14; ++i) others.push(await Device.connect(server, await signIn('busy')))
    for (let i = 0; i < 40; ++i) await signIn('busy')
    device.say('cancel', { call })
    device.say('watch', { users: [] })
    await device.hear('presence')
    for (const one of [...others, idle, friend, device]) one.drop()
  })
})

describe('a password', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start({ 'attempts-per-minute': '6' })
  })
  afterAll(async () => server.stop())

  const change = async (token: string, current: string, wanted: string) =>
    post<Failure | null>(server, '/api/password', { current, new: wanted }, bearer(token))

  it('is changed by its owner, who stays signed in only here', async () => {
    const there = await signUp(server, 'changer')
    const device = await Device.connect(server, there)
    const here = (await post<Account>(server, '/api/sign-in', { user: 'changer', password })).body
    expect((await change(here.token, password, 'kettle otter 92')).status).toBe(204)
    expect((await device.closed).code).toBe(4001)
    expect((await get(server, '/api/me', there.token)).status).toBe(401)
    expect((await get(server, '/api/me', here.token)).status).toBe(200)
    const old = await post(server, '/api/sign-in', { user: 'changer', password })
    expect(old.status).toBe(401)
    const fresh = { user: 'changer', password: 'kettle otter 92' }
    expect((await post(server, '/api/sign-in', fresh)).status).toBe(200)
  })

  it('is not changed without the old one, nor to a common one', async () => {
    const { token } = await signUp(server, 'keeper')
    const common = await change(token, password, 'P@ssw0rd')
    expect([common.status, common.body?.error]).toMatchObject([
      400,
      { code: 'account/weak-password', field: 'new', detail: 'common' },
    ])
    const answers: string[] = []
    for (let i = 0; i < 8; ++i) {
      const answer = await change(token, `guess ${String(i)}`, 'kettle otter 92')
      if (answer.status === 401) expect(answer.body?.error.field).toBe('current')
      answers.push(code(answer))
    }
    expect(answers[0]).toBe('account/wrong-credentials')
    expect(answers.at(-1)).toBe('account/too-many-attempts')
    expect((await get(server, '/api/me', token)).status).toBe(200)
  })

  it('is the same in every encoding of its accents', async () => {
    const composed = 'p\u00e4ssw\u00f6rter1'
    const decomposed = 'pa\u0308sswo\u0308rter1'
    for (const [user, made, typed] of [
      ['composer', composed, decomposed],
      ['decomposer', decomposed, composed],
    ] as const) {
      const person = { user, name: user, password: made }
      expect((await post(server, '/api/sign-up', person)).status).toBe(200)
      for (const one of [made, typed]) {
        expect((await post(server, '/api/sign-in', { user, password: one })).status).toBe(200)
      }
    }
    await server.command(['user', 'add', 'byhand'], `${decomposed}\n`)
    const first = { user: 'byhand', password: composed }
    expect((await post(server, '/api/sign-in', first)).status).toBe(200)
    await server.command(['user', 'passwd', 'byhand'], `${composed}22\n`)
    const second = { user: 'byhand', password: `${decomposed}22` }
    expect((await post(server, '/api/sign-in', second)).status).toBe(200)
  })
})

describe('typed text', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start()
  })
  afterAll(async () => server.stop())

  it('is refused with the name of the wrong field', async () => {
    const cases: readonly [string, string, string, string][] = [
      ['name', 'x'.repeat(65), 'account/invalid-name', 'too-long'],
      ['name', 'Ada\u200b Lovelace', 'account/invalid-name', 'invisible'],
      ['name', '\u0410da Lovelace', 'account/invalid-name', 'mixed-scripts'],
      ['name', '\u0410 da', 'account/invalid-name', 'mixed-scripts'],
      ['name', '\uff21da', 'account/invalid-name', 'look-alike'],
      ['name', ' ', 'account/invalid-name', 'empty'],
      ['name', 'Ada \ud83d', 'account/invalid-name', 'unreadable'],
      ['password', 'secret \udc00 things', 'account/weak-password', 'unreadable'],
      ['password', 'password', 'account/weak-password', 'common'],
      ['password', '        ', 'account/weak-password', 'common'],
      ['password', 'short', 'account/weak-password', 'length'],
    ]
    for (const [field, value, error, detail] of cases) {
      const person = { user: 'typist', name: 'Typist', password, [field]: value }
      const answer = await post<Failure>(server, '/api/sign-up', person)
      expect([answer.status, answer.body.error]).toMatchObject([
        400,
        { code: error, field, detail },
      ])
      if (field === 'name') expect(answer.body.error.next_step).not.toContain('dashes')
    }
  })
})

describe('the numbers in /health', () => {
  // The request that nginx sends with only `proxy_pass` configured.
  it.each([
    { options: { 'public-host': 'calls.example' }, numbers: false },
    { options: { 'trusted-proxies': '127.0.0.1' }, numbers: false },
    { options: { 'public-host': 'calls.example', 'health-numbers': 'local' }, numbers: true },
    { options: { 'health-numbers': 'nobody' }, numbers: false },
  ])('are told with $options: $numbers', async ({ options, numbers }) => {
    const server = await Server.start(options)
    try {
      const { body } = await get(server, '/health')
      expect(Object.keys(body as object).includes('calls')).toBe(numbers)
    } finally {
      await server.stop()
    }
  })

  it('are for requests from the same machine, and not behind a proxy', async () => {
    const server = await Server.start()
    try {
      expect((await get(server, '/health')).body).toMatchObject({ status: 'ok', calls: 0 })
      const headers = { 'x-forwarded-for': '192.0.2.1' }
      expect((await get(server, '/health', undefined, headers)).body).toEqual({ status: 'ok' })
    } finally {
      await server.stop()
    }
  })
})

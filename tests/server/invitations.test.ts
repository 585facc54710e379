// Invitations by people and by the operator, over HTTP and the command line.
import { afterEach, describe, expect, it } from 'vitest'
import { code, get, password, post, put, remove, signUp, type Account } from './support/accounts'
import { callId, Device } from './support/device'
import { Server } from './support/server'

type Made = { readonly id: string; readonly invitation: string; readonly expires_at_ms: number }
type Listed = { readonly invitations: readonly Made[] }
type People = { readonly people: readonly { readonly user: string }[] }

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

async function start(options: Readonly<Record<string, string>>): Promise<Server> {
  const server = await Server.start(options)
  servers.push(server)
  return server
}

const bearer = ({ token }: Account) => ({ authorization: `Bearer ${token}` })
const invite = async (server: Server, by: Account) =>
  post<Made>(server, '/api/invitations', {}, bearer(by))
const open = async (server: Server, by: Account) =>
  (await get<Listed>(server, '/api/invitations', by.token)).body.invitations
const join = async (server: Server, user: string, invitation: string) =>
  post<Account>(server, '/api/sign-up', { user, name: user, password, invitation })
const contacts = async (server: Server, of: Account) =>
  (await get<People>(server, '/api/contacts', of.token)).body.people.map(({ user }) => user)

/** Makes an account on a server that takes new ones by invitation. */
async function firstAccount(server: Server): Promise<Account> {
  const made = await server.command(['user', 'invite'])
  return (await join(server, 'ada', made.out.trim())).body
}

describe('an invitation', () => {
  it('lets one person make an account, and makes the two people contacts', async () => {
    const server = await start({ 'sign-up': 'invite' })
    const ada = await firstAccount(server)
    const made = await invite(server, ada)
    expect(made.status).toBe(200)
    expect(await open(server, ada)).toMatchObject([{ id: made.body.id }])

    const bob = await join(server, 'bob', made.body.invitation)
    expect(bob.status).toBe(200)
    expect(await contacts(server, ada)).toEqual(['bob'])
    expect(await contacts(server, bob.body)).toEqual(['ada'])
    expect(await open(server, ada)).toEqual([])
    const again = await join(server, 'carol', made.body.invitation)
    expect([again.status, code(again)]).toEqual([403, 'account/invitation-needed'])
  })

  it('lets its two people call each other where only known people may call', async () => {
    const server = await start({ 'sign-up': 'invite' })
    const ada = await firstAccount(server)
    const wishes = { call_waiting: true, who_may_call: 'known' }
    expect((await put(server, '/api/settings', wishes, ada.token)).status).toBe(200)
    const device = await Device.connect(server, ada)
    const { invitation } = (await invite(server, ada)).body
    const bob = await Device.connect(server, (await join(server, 'bob', invitation)).body)
    const call = callId()
    bob.say('invite', { call, callee: 'ada', kind: 'audio' })
    expect((await device.hear('incoming')).call).toBe(call)
    device.drop()
    bob.drop()
  })

  it('is not needed where sign-up is open, and introduces people there too', async () => {
    const server = await start({})
    const ada = await signUp(server, 'ada')
    const { invitation } = (await invite(server, ada)).body
    expect((await join(server, 'bob', invitation)).status).toBe(200)
    expect(await contacts(server, ada)).toEqual(['bob'])
    expect((await join(server, 'carol', invitation)).status).toBe(200)
    expect(await contacts(server, ada)).toEqual(['bob'])
  })

  it('can be withdrawn only by the person who made it', async () => {
    const server = await start({ 'sign-up': 'invite' })
    const ada = await firstAccount(server)
    const bob = (await join(server, 'bob', (await invite(server, ada)).body.invitation)).body
    const made = (await invite(server, ada)).body
    const path = `/api/invitations/${made.id}`
    expect((await remove(server, path, bob.token)).status).toBe(404)
    expect((await remove(server, path)).status).toBe(401)
    expect((await remove(server, path, ada.token)).status).toBe(204)
    expect((await remove(server, path, ada.token)).status).toBe(404)
    expect(code(await join(server, 'carol', made.invitation))).toBe('account/invitation-needed')
  })

  it('is not valid while the account that made it is disabled', async () => {
    const server = await start({ 'sign-up': 'invite' })
    const ada = await firstAccount(server)
    const { invitation } = (await invite(server, ada)).body
    await server.command(['user', 'disable', 'ada'])
    expect(code(await join(server, 'bob', invitation))).toBe('account/invitation-needed')
  })

  it('is refused to a person who has twenty open ones', async () => {
    const server = await start({})
    const ada = await signUp(server, 'ada')
    for (let i = 0; i < 20; i += 1) expect((await invite(server, ada)).status).toBe(200)
    const refused = await invite(server, ada)
    expect([refused.status, code(refused)]).toEqual([409, 'account/list-full'])
  })

  it.each([{ 'sign-up': 'closed' }, { 'sign-up': 'invite', invitations: 'operator' }])(
    'is made by the operator alone with %o',
    async (options) => {
      const server = await start(options)
      await server.command(['user', 'add', 'ada'], `${password}\n`)
      const ada = (await post<Account>(server, '/api/sign-in', { user: 'ada', password })).body
      expect((await get(server, '/api/server')).body).toMatchObject({ users_invite: false })
      const refused = await invite(server, ada)
      expect([refused.status, code(refused)]).toEqual([403, 'account/sign-up-closed'])
    },
  )

  it('by the operator is a link to the sign-up', async () => {
    const server = await start({ 'sign-up': 'invite', 'public-host': 'calls.example.org' })
    const made = await server.command(['user', 'invite'])
    expect(made.out.trim()).toMatch(/^https:\/\/calls\.example\.org\/#\/sign-up\/[a-z0-9-]{23}$/)
  })
})

describe('the first account', () => {
  type Info = { readonly first_account: string }
  const person = { user: 'ada', name: 'Ada', password }
  const proxied = { 'x-forwarded-for': '203.0.113.7' }
  const first = async (server: Server, headers: Readonly<Record<string, string>> = {}) =>
    (await get<Info>(server, '/api/server', undefined, headers)).body.first_account

  it('is made from the machine itself without an invitation, and no other account is', async () => {
    const server = await start({ 'sign-up': 'invite' })
    expect(await first(server)).toBe('yours')
    expect((await post(server, '/api/sign-up', person)).status).toBe(200)
    expect(await first(server)).toBe('made')
    const second = await post(server, '/api/sign-up', { ...person, user: 'bob' })
    expect([second.status, code(second)]).toEqual([403, 'account/invitation-needed'])
  })

  it('is made once when two people ask for it at once', async () => {
    const server = await start({ 'sign-up': 'invite' })
    const answers = await Promise.all(
      ['ada', 'bob', 'carol'].map(async (user) =>
        post(server, '/api/sign-up', { ...person, user }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403])
  })

  it('is not made by a stranger who comes through a proxy', async () => {
    const server = await start({ 'sign-up': 'invite' })
    expect(await first(server, proxied)).toBe('by_operator')
    const refused = await post(server, '/api/sign-up', person, proxied)
    expect([refused.status, code(refused)]).toEqual([403, 'account/invitation-needed'])
    expect(await first(server)).toBe('yours')
  })

  it.each([{ 'public-host': 'calls.example.org' }, { 'trusted-proxies': '127.0.0.1' }])(
    'is not made without an invitation on a server behind a proxy: %o',
    async (options) => {
      const server = await start({ 'sign-up': 'invite', ...options })
      expect(await first(server)).toBe('by_operator')
      expect(code(await post(server, '/api/sign-up', person))).toBe('account/invitation-needed')
      const made = await server.command(['user', 'invite'])
      expect((await join(server, 'ada', made.out.trim())).status).toBe(200)
      expect(await first(server)).toBe('made')
    },
  )

  it.each([
    ['open', 'yours', 200],
    ['closed', 'by_operator', 403],
  ] as const)('of a server whose sign-up is %s is %s, also for a stranger', async (...all) => {
    const [policy, expected, status] = all
    const server = await start({ 'sign-up': policy })
    expect(await first(server, proxied)).toBe(expected)
    expect((await post(server, '/api/sign-up', person, proxied)).status).toBe(status)
  })

  it('may be made by a command while the server runs', async () => {
    const server = await start({ 'sign-up': 'invite' })
    expect(await first(server)).toBe('yours')
    await server.command(['user', 'add', 'ada'], `${password}\n`)
    expect(await first(server)).toBe('made')
    expect(code(await post(server, '/api/sign-up', { ...person, user: 'bob' }))).toBe(
      'account/invitation-needed',
    )
  })
})

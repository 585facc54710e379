// Names in the database that no server wrote: every answer shows them as valid text within the
// limit of the protocol.
import { Buffer } from 'node:buffer'
import { afterEach, describe, expect, it } from 'vitest'
import { get, password, post, signUp, type Account } from './support/accounts'
import { sql } from './support/database'
import { callId, Device } from './support/device'
import { Server } from './support/server'

const mostBytes = 128 // wire::kMaxDisplayNameBytes
const bad = "CAST(x'4164ff61' AS TEXT) || printf('%.5000c', 'x')"
const shown = `Ad\ufffda${'x'.repeat(mostBytes - Buffer.byteLength('Ad\ufffda'))}`

type Named = { readonly user: string; readonly name: string }

let server: Server
afterEach(async () => server.stop())

const changeName = async (): Promise<string> =>
  sql(
    server.data,
    `UPDATE users SET name = ${bad}, changed = (SELECT max(changed) + 1 FROM users) WHERE user = 'ada';`,
  )

async function nameInPeople(asked: Account): Promise<string | undefined> {
  const { body } = await get<{ people: Named[] }>(server, '/api/people', asked.token)
  return body.people.find(({ user }) => user === 'ada')?.name
}

/** What other people see of ada, over HTTP and the WebSocket. */
async function expectRepaired(ada: Account, bea: Account): Promise<void> {
  expect(await nameInPeople(bea)).toBe(shown)
  expect((await get(server, '/api/me', ada.token)).body).toMatchObject({ name: shown })
  const signedIn = await post(server, '/api/sign-in', { user: 'ada', password })
  expect(signedIn.body).toMatchObject({ user: 'ada', name: shown })

  const [caller, callee] = [await Device.connect(server, ada), await Device.connect(server, bea)]
  expect(caller.welcome['me']).toEqual({ user: 'ada', name: shown })
  const call = callId()
  caller.say('invite', { call, callee: 'bea', kind: 'audio' })
  expect((await callee.hear('incoming'))['caller']).toEqual({ user: 'ada', name: shown })
  const late = await Device.connect(server, bea)
  expect(late.welcome['calls']).toMatchObject([{ call, peer: { user: 'ada', name: shown } }])
  callee.say('decline', { call })
  await caller.hear('ended')
  for (const device of [caller, callee, late]) device.drop()
  const { body } = await get<{ calls: { call: string; peer: Named }[] }>(
    server,
    '/api/calls',
    bea.token,
  )
  expect(body.calls.find((one) => one.call === call)?.peer).toMatchObject({ name: shown })
}

describe('a stored name that is invalid and far too long', () => {
  it('is repaired at the start of the server', async () => {
    server = await Server.start()
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    server.signal('SIGTERM')
    await server.exit()
    await changeName()
    await server.restart()
    await expectRepaired(ada, bea)
  })

  it('is repaired when it is written while the server runs', async () => {
    server = await Server.start()
    const [ada, bea] = [await signUp(server, 'ada'), await signUp(server, 'bea')]
    await changeName()
    await expect.poll(async () => nameInPeople(bea)).toBe(shown)
    await expectRepaired(ada, bea)
  })
})

// Everything that a client was told survives a kill of the server at any moment.
import { expect, it } from 'vitest'
import { signUp } from './support/accounts'
import { callId, Device } from './support/device'
import { Server } from './support/server'

type Told = Map<string, string | undefined> // call → the reason of its end, once the client was told

/** Calls, answers or declines, and ends, without a pause, until the server is killed. */
async function callOn(caller: Device, callee: Device, user: string, told: Told): Promise<void> {
  for (let turn = 0; ; ++turn) {
    const call = callId()
    caller.say('invite', { call, callee: user, kind: 'audio' })
    const answer = await caller.hear('progress', 'ended', 'error')
    if (answer.type === 'error') {
      // The rate limit is reached; wait until the next call is allowed.
      await new Promise((resolve) => setTimeout(resolve, 200))
      continue
    }
    told.set(call, undefined)
    await callee.hear('incoming')
    if (turn % 2 === 0) {
      callee.say('decline', { call })
    } else {
      callee.say('accept', { call })
      await callee.hear('accepted')
      callee.say('media', { call, flowing: true })
      callee.say('hang_up', { call })
    }
    told.set(call, String((await caller.hear('ended'))['reason']))
    await callee.hear('ended')
  }
}

it('keeps everything that it told a client', { timeout: 120_000 }, async () => {
  for (const enough of [1, 5, 12, 20, 30, 45]) {
    const server = await Server.start()
    try {
      const told: Told = new Map()
      const pairs = await Promise.all(
        Array.from({ length: 8 }, async (_, i) => {
          const [ada, bea] = [`ada${String(i)}`, `bea${String(i)}`]
          const caller = await Device.connect(server, await signUp(server, ada))
          return { caller, callee: await Device.connect(server, await signUp(server, bea)), bea }
        }),
      )
      const busy = pairs.map(async ({ caller, callee, bea }) =>
        callOn(caller, callee, bea, told).catch(() => undefined),
      )
      while (told.size < enough) await new Promise((resolve) => setImmediate(resolve))
      server.signal('SIGKILL')
      await server.exit()
      await Promise.all(busy)

      const { out } = await server.command(['calls', '--json', '--limit', '100000'])
      const records = new Map(
        out
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { call: string; phase: string; reason?: string })
          .map((record) => [record.call, record]),
      )
      for (const [call, reason] of told) {
        expect(records.has(call), `${call} was told and is not there`).toBe(true)
        if (reason !== undefined)
          expect(records.get(call)).toMatchObject({ phase: 'ended', reason })
      }
    } finally {
      await server.stop()
    }
  }
})

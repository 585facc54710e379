// Another process locks the database for longer than the server waits.
import { expect, it } from 'vitest'
import { get, password, post, signUp } from '../support/accounts'
import { Lock } from '../support/database'
import { callId, Device } from '../support/device'
import { eventsIn, linesOf } from '../support/log'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

it(
  'a database that is locked',
  async () => {
    await underAttack({}, async ({ server, bystanders }) => {
      const [eve, mallory] = [await signUp(server, 'eve'), await signUp(server, 'mallory')]
      const caller = await Device.connect(server, eve)
      const failures = (): number => eventsIn(linesOf(server, 'store failed'))
      const recoveries = (): number => eventsIn(linesOf(server, 'store works again'))
      await attack(server, async () => {
        const before = failures()
        let another: Promise<Device> | undefined
        const lock = await Lock.take(server.data)
        try {
          const call = callId()
          caller.say('invite', { call, callee: mallory.user, kind: 'audio' })
          const refused = post(server, '/api/sign-in', { user: 'mallory', password })
          // Reads continue; a hello gets its welcome once the call is stored.
          expect((await get(server, '/api/sessions', eve.token)).status).toBe(200)
          another = Device.connect(server, eve)
          await expect.poll(failures).toBeGreaterThan(before)
          expect((await refused).status).toBe(503)
          expect(caller.raw.rest).not.toContain('ended')
        } finally {
          await lock.release()
        }
        const newcomer = await another
        newcomer?.drop()
        // The request fails, and after some rounds the rate limit refuses it.
        await caller.hear('ended', 'error')
        // Each failure is followed by a recovery. Another failure may be logged meanwhile.
        await expect.poll(() => failures() - recoveries()).toBe(0)
      })
      await bystanders.expectUntouched()
    })
  },
  attackTimeoutMs,
)

// Clients without an account send as fast as they can.
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signUp } from '../support/accounts'
import { Device, hello, open, uuid } from '../support/device'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

const socketsAtOnce = 10

const atOnce = async (work: () => Promise<unknown>): Promise<void> => {
  await Promise.all(Array.from({ length: socketsAtOnce }, work))
}

describe('a flood', () => {
  it(
    'of hellos that are refused',
    async () => {
      await underAttack({}, async ({ server }) => {
        await attack(server, async () => {
          await atOnce(async () => {
            const socket = await open(server)
            socket.send(hello('no such token', uuid(), [1, 99]))
            await socket.closed
          })
        })
      })
    },
    attackTimeoutMs,
  )

  it(
    'of frames that are no messages',
    async () => {
      await underAttack({}, async ({ server }) => {
        await attack(server, async (round) => {
          await atOnce(async () => {
            const socket = await open(server)
            socket.socket.send(round % 2 === 0 ? randomBytes(20_000) : '{"type":'.repeat(5000))
            await socket.closed
          })
        })
      })
    },
    attackTimeoutMs,
  )

  it(
    'of requests by somebody who is signed in',
    async () => {
      await underAttack({}, async ({ server }) => {
        const eve = await signUp(server, 'eve')
        const id = uuid()
        await attack(server, async () => {
          const device = await Device.connect(server, eve, id)
          for (let i = 0; i < 500; ++i) device.say('resend', { call: uuid() })
          // The limits delay, refuse or close; this test accepts each.
          device.raw.send({ type: 'ping' })
          await Promise.race([device.closed, device.hear('pong', 'error')])
          device.drop()
        })
        expect(server.log).not.toContain('level=error')
      })
    },
    attackTimeoutMs,
  )
})

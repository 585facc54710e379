// The system's clock jumps by hours, days and years, forward and back.
import { expect, it } from 'vitest'
import { get, signUp } from '../support/accounts'
import { SystemClock } from '../support/clock'
import { Device } from '../support/device'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
const jumpsMs = [400 * dayMs, -400 * dayMs, 36 * hourMs, -hourMs, 20_000 * dayMs, 0]

it(
  'a clock that jumps',
  async () => {
    let clock: SystemClock | undefined
    await underAttack(
      {},
      async ({ server, bystanders }) => {
        const eve = await signUp(server, 'eve')
        const seen = (): number => server.log.split('the clock was set').length - 1
        await attack(server, async () => {
          for (const jumpMs of jumpsMs) {
            const before = seen()
            await clock?.set(jumpMs)
            const device = await Device.connect(server, eve)
            device.drop()
            await expect.poll(seen).toBeGreaterThan(before)
            // A rate limit may refuse the request, which this test ignores.
            expect([200, 429]).toContain((await get(server, '/api/sessions', eve.token)).status)
          }
        })
        await bystanders.expectUntouched()
        expect(server.log).not.toContain('sign-in expired')
      },
      async (options) => {
        clock = await SystemClock.start(0, options)
        return clock.server
      },
    )
  },
  attackTimeoutMs,
)

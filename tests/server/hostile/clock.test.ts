// The system's clock jumps by hours, days and years, both ways.
import { expect, it } from 'vitest'
import { get, signUp } from '../support/accounts'
import { SystemClock } from '../support/clock'
import { Device } from '../support/device'
import { attack, attackTimeoutMs, underAttack } from './support/attack'

const jumps = ['+400d', '-400d', '+36h', '-1h', '+20000d', '+0']

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
          for (const jump of jumps) {
            const before = seen()
            await clock?.set(jump)
            const device = await Device.connect(server, eve)
            device.drop()
            await expect.poll(seen).toBeGreaterThan(before)
            expect((await get(server, '/api/sessions', eve.token)).status).toBe(200)
          }
        })
        await bystanders.expectUntouched()
        expect(server.log).not.toContain('sign-in expired')
      },
      async (options) => {
        clock = await SystemClock.start('+0', options)
        return clock.server
      },
    )
  },
  attackTimeoutMs,
)

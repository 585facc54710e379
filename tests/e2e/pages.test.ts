// Pages that are loaded anew, closed, or whose process dies, while somebody calls.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { mediaFlows, Stage, talk } from './support/stage'

const stage = Stage.open()

const leavings = {
  reloads: async ({ page }: Person) => void (await page.reload()),
  closes: async ({ page }: Person) => page.close(),
  crashes: async (person: Person) => void (await person.crash()),
} as const

const stopsRinging = async (person: Person, timeout: number) =>
  person.page.getByRole('dialog', { name: /^Incoming/ }).waitFor({ state: 'detached', timeout })

describe.concurrent('the page of a caller', () => {
  // A page that goes away in order might be loaded again: it has 20 s. One that dies says nothing.
  it.for([
    ['reloads', 5_000],
    ['closes', 25_000],
    ['crashes', 15_000],
  ] as const)(
    'D11: that %s while it rings stops the ringing within %i ms',
    { timeout: 60_000 },
    async ([how, limit], test) => {
      const [ada, bea] = await stage.two(test)
      const tablet = await bea.openTab()
      await ada.dial(bea.name, 'audio')
      await Promise.all([bea.isCalled(), tablet.isCalled()])
      await leavings[how](ada)
      await Promise.all([stopsRinging(bea, limit), stopsRinging(tablet, limit)])
      expect(await bea.lastRecord()).toMatchObject({ reason: 'cancelled' })
      expect((await bea.tones()).now).toEqual([])
      expect((await tablet.tones()).now).toEqual([])
    },
  )
})

describe.concurrent('the page of somebody in a call', () => {
  it('D11: that goes elsewhere ends the call for both', { timeout: 60_000 }, async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    await bea.page.goto('about:blank')
    await ada.call.getByText('Call ended').first().waitFor({ timeout: 25_000 })
    expect(await ada.held()).toMatchObject({ connections: 0, tracks: 0 })
    expect(await ada.lastRecord()).toMatchObject({ reason: 'completed' })
  })

  // A busy browser kills the process of a closed tab before its last words are out. Then it is known
  // by its silence, and whoever is left looks for it for 30 s.
  it('D11: that is closed ends the call for both', { timeout: 90_000 }, async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    await bea.page.close()
    await ada.isIn('reconnecting')
    await ada.page.locator('.parley-call[data-phase="ended"]').waitFor({ timeout: 50_000 })
    expect(await ada.held()).toMatchObject({ connections: 0, tracks: 0 })
    const records = await ada.records()
    expect(records).toHaveLength(1)
    expect(['completed', 'failed']).toContain(records[0]?.reason)
  })

  it(
    'D11: whose process died is in the call again when it is restored',
    { timeout: 60_000 },
    async (test) => {
      const [ada, bea] = await stage.two(test)
      await talk(ada, bea)
      const restore = await bea.crash()
      const { phase } = await restore()
      await test.expect.poll(phase, { timeout: 15_000 }).toBe('active')
      await mediaFlows([ada], 2)
      expect((await ada.held()).connections).toBe(1)
      await ada.press('Hang up')
      await test.expect.poll(phase).toBe('ended')
      expect(await ada.records()).toMatchObject([{ reason: 'completed' }])
    },
  )
})

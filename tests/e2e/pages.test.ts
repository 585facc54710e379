// Pages that are loaded anew, closed, or whose process dies, while somebody calls.
import { describe, expect, it } from 'vitest'
import { patientFor } from '../patience'
import type { Person } from './support/browser'
import { mediaFlows, Stage, talk } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

const leavings = {
  reloads: async ({ page }: Person) => void (await page.reload()),
  closes: async ({ page }: Person) => page.close(),
  crashes: async (person: Person) => void (await person.crash()),
} as const

const stopsRinging = async (person: Person) =>
  person.page.getByRole('dialog', { name: /^Incoming/ }).waitFor({ state: 'detached' })

describe.concurrent('the page of a caller', () => {
  // A page that goes away in order might be loaded again: it has 20 s. One that dies says nothing, and
  // is missed after 10 s. All of that is well before the call would ring out.
  it.for(['reloads', 'closes', 'crashes'] as const)(
    'D11: that %s while it rings stops the ringing',
    async (how, test) => {
      const [ada, bea] = await stage.two(test)
      const tablet = await bea.openTab()
      await ada.dial(bea.name, 'audio')
      await Promise.all([bea.isCalled(), tablet.isCalled()])
      await leavings[how](ada)
      await Promise.all([stopsRinging(bea), stopsRinging(tablet)])
      expect(await bea.lastRecord()).toMatchObject({ reason: 'cancelled' })
      expect((await bea.tones()).now).toEqual([])
      expect((await tablet.tones()).now).toEqual([])
    },
  )
})

describe.concurrent('the page of somebody in a call', () => {
  it('D11: that goes elsewhere ends the call for both', async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    // Another page of the same site, so that the one before has the time for its last words.
    await bea.page.goto(`${bea.url}/health`)
    await ada.call.getByText('Call ended').first().waitFor()
    expect(await ada.held()).toMatchObject({ connections: 0, tracks: 0 })
    expect(await ada.lastRecord()).toMatchObject({ reason: 'completed' })
  })

  // A busy browser kills the process of a closed tab before its last words are out. Then it is known
  // by its silence, and whoever is left looks for it for 30 s.
  it('D11: that is closed ends the call for both', async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    await bea.page.close()
    await ada.isIn('reconnecting')
    await ada.page
      .locator('.parley-call[data-phase="ended"]')
      .waitFor({ timeout: patientFor(40_000) })
    expect(await ada.held()).toMatchObject({ connections: 0, tracks: 0 })
    // It ends here before the server hears of it.
    await until(
      () => ada.records(),
      (records) => {
        expect(records).toHaveLength(1)
        expect(['completed', 'failed']).toContain(records[0]?.reason)
      },
    )
  })

  it('D11: whose process died is in the call again when it is restored', async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    const restore = await bea.crash()
    const { phase } = await restore()
    await test.expect.poll(phase).toBe('active')
    await ada.hears()
    await mediaFlows([ada], 2)
    expect((await ada.held()).connections).toBe(1)
    await ada.press('Hang up')
    // The screen with its end closes after a while.
    await test.expect.poll(phase, { interval: 20 }).toBe('ended')
    expect(await ada.records()).toMatchObject([{ reason: 'completed' }])
  })
})

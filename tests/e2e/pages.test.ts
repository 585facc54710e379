// Pages that are reloaded, closed, or whose process dies, during a call.
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
  // A page that is left might be loaded again within 20 s. A page that dies sends nothing, and
  // counts as gone after 10 s. Both are shorter than the ring time.
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

describe.concurrent('the page of a person in a call', () => {
  it('D11: that opens another page ends the call for both', async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    // Another page of the same site, so that the first one has time to send its last message.
    await bea.page.goto(`${bea.url}/health`)
    await ada.call.getByText('Call ended').first().waitFor()
    expect(await ada.held()).toMatchObject({ connections: 0, tracks: 0 })
    expect(await ada.lastRecord()).toMatchObject({ reason: 'completed' })
  })

  // A busy browser may kill the process of a closed tab before its last message is sent. Then the
  // server notices the silence, and the other side tries to reconnect for 30 s.
  it('D11: that is closed ends the call for both', async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    await bea.page.close()
    await ada.isIn('reconnecting')
    await ada.page
      .locator('.parley-call[data-phase="ended"]')
      .waitFor({ timeout: patientFor(40_000) })
    expect(await ada.held()).toMatchObject({ connections: 0, tracks: 0 })
    // The call ends here before the server hears of it.
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
    // The screen with the end of the call closes after some time.
    await test.expect.poll(phase, { interval: 20 }).toBe('ended')
    expect(await ada.records()).toMatchObject([{ reason: 'completed' }])
  })
})

// Several calls, tabs or presses at the same time.
import { describe, expect, it } from 'vitest'
import { Proxy } from './support/proxy'
import { hangUp, mediaFlows, Stage, talk } from './support/stage'

const stage = Stage.open()

describe('two people', () => {
  it('B04: calling each other at the same moment are in one call', async (test) => {
    const proxy = await Proxy.before(stage.server.url)
    test.onTestFinished(async () => proxy.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', proxy.url),
      stage.person(test, 'Bea', proxy.url),
    ])
    for (const [person, other] of [
      [ada, bea],
      [bea, ada],
    ] as const) {
      await person.page.getByLabel('Search people').fill(other.name)
      await person.page
        .getByRole('listitem')
        .filter({ hasText: other.name })
        .getByText('Online', { exact: true })
        .waitFor()
    }
    // Each makes the call before the other's call arrives.
    proxy.hold()
    await Promise.all([ada.press(`Call ${bea.name}`), bea.press(`Call ${ada.name}`)])
    await Promise.all([ada.isIn('calling'), bea.isIn('calling')])
    proxy.release()
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([ada.hears(), bea.hears()])
    await mediaFlows([ada, bea], 2)
    expect((await ada.held()).connections).toBe(1)
    expect((await bea.held()).connections).toBe(1)
    await hangUp(ada, bea)
  })

  it(
    'B05: who switch their cameras on in the same moment see each other, every time',
    { timeout: 240_000 },
    async (test) => {
      const [ada, bea] = await stage.two(test)
      await talk(ada, bea)
      for (let turn = 0; turn < 20; ++turn) {
        await Promise.all([ada.press('Camera'), bea.press('Camera')])
        await Promise.all([ada.showsPicture(), bea.showsPicture()])
        await Promise.all([ada.press('Camera'), bea.press('Camera')])
        await Promise.all(
          [ada, bea].map(async ({ page }) =>
            page.locator('.parley-call[data-picture="off"]').waitFor(),
          ),
        )
      }
      await mediaFlows([ada, bea], 1)
      await hangUp(ada, bea)
    },
  )

  it('D03: pressing everything twice make one call', async (test) => {
    const [ada, bea] = await stage.two(test)
    await ada.page.getByLabel('Search people').fill(bea.name)
    const row = ada.page.getByRole('listitem').filter({ hasText: bea.name })
    await row.getByText('Online', { exact: true }).waitFor()
    await ada.pressTwice(`Call ${bea.name}`)
    await bea.isCalled()
    await bea.pressTwice('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    expect(await ada.said('invite')).toBe(1)
    expect(await bea.said('accept')).toBe(1)
    expect([await ada.asked(), await bea.asked()]).toEqual([1, 1])
    expect([(await ada.held()).connections, (await bea.held()).connections]).toEqual([1, 1])
    await ada.pressTwice('Hang up')
    await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
    expect(await ada.said('hang_up')).toBe(1)
    expect(await ada.records()).toHaveLength(1)
    expect(await bea.records()).toHaveLength(1)
  })
})

describe('a second caller', () => {
  it('D04: who is declined does not disturb the call, nor does a third one', async (test) => {
    const [ada, bea] = await stage.two(test)
    const [cem, dot] = await Promise.all([stage.person(test, 'Cem'), stage.person(test, 'Dot')])
    await talk(ada, bea)
    await bea.press('Microphone')
    await ada.call.getByText('Muted').waitFor()
    const flowing = mediaFlows([ada, bea], 3)
    await Promise.all([cem.dial(bea.name, 'audio'), dot.dial(bea.name, 'audio')])
    // The first caller waits; the other is told at once that she is busy.
    await bea.isCalled()
    const refused = await Promise.race([
      cem.isIn('ended').then(() => cem),
      dot.isIn('ended').then(() => dot),
    ])
    const waiting = refused === cem ? dot : cem
    expect(await refused.lastRecord()).toMatchObject({ reason: 'busy' })
    await expect.poll(async () => (await bea.tones()).now).toEqual(['waiting'])
    await bea.press('Decline')
    await waiting.isIn('ended')
    expect(await waiting.lastRecord()).toMatchObject({ reason: 'declined' })
    await flowing
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await ada.call.getByText('Muted').waitFor()
    expect((await bea.tones()).now).toEqual([])
    await bea.press('Hang up')
    await ada.isIn('ended')
  })

  it('D05: who is answered is not audible together with the first, who is on hold', async (test) => {
    const [ada, bea] = await stage.two(test)
    const cem = await stage.person(test, 'Cem')
    await talk(ada, bea)
    await bea.watchSenders()
    await cem.dial(bea.name, 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await ada.call.getByText('You are on hold').waitFor()
    await cem.isIn('active')
    await Promise.all([cem.hears(), bea.hears()])

    await bea.press(`Switch to ${ada.name}`)
    await cem.call.getByText('You are on hold').waitFor()
    await ada.call.getByText('You are on hold').waitFor({ state: 'detached' })
    await Promise.all([ada.hears(), bea.hears()])
    expect(await bea.mostSending()).toBe(1)

    await bea.press(`Hang up on ${cem.name}`)
    await cem.isIn('ended')
    await mediaFlows([ada, bea], 1)
    await bea.press('Hang up')
    await ada.isIn('ended')
    await bea.holdsNothing()
  })

  it('D05: who is answered with "end the first" ends the first call', async (test) => {
    const [ada, bea] = await stage.two(test)
    const cem = await stage.person(test, 'Cem')
    await talk(ada, bea)
    await bea.watchSenders()
    await cem.dial(bea.name, 'audio')
    await bea.isCalled()
    await bea.page.getByLabel('End that call instead').check()
    await bea.press('Answer')
    await ada.isIn('ended')
    expect(await ada.lastRecord()).toMatchObject({ reason: 'completed' })
    await cem.isIn('active')
    await Promise.all([cem.hears(), bea.hears()])
    expect(await bea.mostSending()).toBe(1)
    expect((await bea.held()).connections).toBe(1)
    await cem.press('Hang up')
  })

  it('D04: is told "busy" by a person who has turned call waiting off', async (test) => {
    const [ada, bea] = await stage.two(test)
    const cem = await stage.person(test, 'Cem')
    await bea.press(`Settings for ${bea.name}`)
    await bea.page.getByRole('switch', { name: 'Call waiting' }).uncheck()
    // The button is enabled again once the server has the setting.
    await bea.page.locator('[role=switch][aria-disabled=false]').waitFor()
    await bea.page.keyboard.press('Escape')
    await talk(ada, bea)
    await cem.dial(bea.name, 'audio')
    await cem.isIn('ended')
    expect(await cem.lastRecord()).toMatchObject({ reason: 'busy' })
    await mediaFlows([ada, bea], 1)
    expect((await bea.tones()).ever).not.toContain('waiting')
    await bea.press('Hang up')
    await ada.isIn('ended')
    await bea.page.reload()
    await bea.press(`Settings for ${bea.name}`)
    expect(await bea.page.getByRole('switch', { name: 'Call waiting' }).isChecked()).toBe(false)
  })
})

describe('three tabs of one person', () => {
  it('D12: share one call without disturbing it', async (test) => {
    const [ada, bea] = await stage.two(test)
    const [second, third] = [await bea.openTab(), await bea.openTab()]
    await ada.dial(bea.name, 'audio')
    await Promise.all([bea.isCalled(), second.isCalled(), third.isCalled()])
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([second.isIn('elsewhere'), third.isIn('elsewhere')])
    for (const tab of [second, third]) {
      expect(await tab.held()).toMatchObject({ connections: 0, tracks: 0 })
      expect((await tab.tones()).now).toEqual([])
    }
    // One of the tabs that do not have the call is closed.
    await third.page.close()
    await mediaFlows([ada, bea], 2)

    await second.press('Take over here')
    await Promise.all([second.isIn('active'), bea.isIn('elsewhere')])
    await Promise.all([ada.hears(), second.hears()])
    expect((await bea.tones()).ever).not.toContain('ended')
    // The tab that had the call first is closed as well.
    await bea.page.close()
    await mediaFlows([ada, second], 2)
    await ada.press('Hang up')
    await second.isIn('ended')
    expect(await second.held()).toMatchObject({ connections: 0, tracks: 0 })
  })

  it('D12: can call from any of them', async (test) => {
    const [ada, bea] = await stage.two(test)
    const second = await bea.openTab()
    await second.dial(ada.name, 'audio')
    await ada.isCalled()
    await ada.press('Answer')
    await Promise.all([ada.isIn('active'), second.isIn('active'), bea.isIn('elsewhere')])
    await Promise.all([ada.hears(), second.hears()])
    await second.press('Hang up')
    await ada.isIn('ended')
    await bea.page.locator('.parley-call').waitFor({ state: 'detached' })
    expect((await bea.tones()).ever).toEqual([])
  })
})

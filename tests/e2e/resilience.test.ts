// A call survives failures of networks, servers and pages.
import { describe, expect, it } from 'vitest'
import { patientFor } from '../patience'
import { Person } from './support/browser'
import { Proxy } from './support/proxy'
import { hangUp, mediaFlows, Stage, talk } from './support/stage'

const stage = Stage.open()

const serverIsAway = (person: Person) =>
  person.page.getByText('The server can’t be reached right now.').first()

describe.concurrent('a call', () => {
  it('C01: continues for the 10 s in which one socket is cut', async (test) => {
    const proxy = await Proxy.before(stage.server.url)
    test.onTestFinished(async () => proxy.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada'),
      stage.person(test, 'Bea', proxy.url),
    ])
    await talk(ada, bea)
    proxy.cut()
    const flowing = mediaFlows([ada, bea], 10)
    await serverIsAway(bea).waitFor()
    await bea.isIn('active')
    await ada.call.getByText('Lost touch with the server').waitFor()
    await ada.isIn('active')
    await flowing
    proxy.heal()
    await serverIsAway(bea).waitFor({ state: 'detached' })
    await ada.call.getByText('Lost touch with the server').waitFor({ state: 'detached' })
    await Promise.all([ada.hears(), bea.hears()])
    await hangUp(ada, bea)
  })

  it(
    'C01: goes on for the 60 s in which no socket reaches the server',
    { timeout: 120_000 },
    async (test) => {
      const proxy = await Proxy.before(stage.server.url)
      test.onTestFinished(async () => proxy.stop())
      const [ada, bea] = await Promise.all([
        stage.person(test, 'Ada', proxy.url),
        stage.person(test, 'Bea', proxy.url),
      ])
      await talk(ada, bea)
      proxy.cut()
      const flowing = mediaFlows([ada, bea], 60)
      await Promise.all([serverIsAway(ada).waitFor(), serverIsAway(bea).waitFor()])
      await flowing
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
      proxy.heal()
      for (const person of [ada, bea]) await serverIsAway(person).waitFor({ state: 'detached' })
      await mediaFlows([ada, bea], 2)
      await hangUp(bea, ada)
      const [record] = await ada.records()
      expect(record?.lasted_ms).toBeGreaterThan(60_000)
    },
  )

  it('C03: continues on a half-open socket, which is detected', async (test) => {
    const proxy = await Proxy.before(stage.server.url)
    test.onTestFinished(async () => proxy.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada'),
      stage.person(test, 'Bea', proxy.url),
    ])
    await talk(ada, bea)
    proxy.swallow()
    await Promise.all([
      serverIsAway(bea).waitFor(),
      ada.call.getByText('Lost touch with the server').waitFor(),
    ])
    await mediaFlows([ada, bea], 2)
    proxy.heal()
    await serverIsAway(bea).waitFor({ state: 'detached' })
    await ada.call.getByText('Lost touch with the server').waitFor({ state: 'detached' })
    await hangUp(ada, bea)
  })

  it('C03: rings on a device whose socket works', async (test) => {
    const proxy = await Proxy.before(stage.server.url)
    test.onTestFinished(async () => proxy.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada'),
      stage.person(test, 'Bea', proxy.url),
    ])
    proxy.swallow()
    // The server does not know yet that her only device is cut off.
    await ada.dial(bea.name, 'audio')
    await ada.isIn('calling')
    await ada.call.getByText('None of their devices is online').first().waitFor()
    await ada.putsAway()
    proxy.heal()
    // Bea's page does nothing, and looks at its socket every 25 s only.
    await ada.page.getByText('Online', { exact: true }).waitFor({ timeout: patientFor(30_000) })

    proxy.swallow()
    const second = await Person.arrive(stage.browser, stage.server.url)
    test.onTestFinished(async () => second.leave())
    await second.signIn(bea.name.toLowerCase())
    await ada.dial(bea.name, 'audio')
    await second.isCalled()
    await second.press('Answer')
    await Promise.all([ada.isIn('active'), second.isIn('active')])
    await Promise.all([ada.hears(), second.hears()])
  })
})

describe('a page', () => {
  it('D11: that is duplicated during a call is another device, and does not disturb the call', async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    const copy = await bea.duplicateTab()
    await copy.isIn('elsewhere')
    await mediaFlows([ada, bea], 2)
    await bea.isIn('active')
    await copy.press('Take over here')
    await Promise.all([copy.isIn('active'), bea.isIn('elsewhere')])
    await ada.hears()
    // Each keeps its identity after a reload.
    await bea.page.reload()
    await bea.isIn('elsewhere')
    await copy.isIn('active')
    await copy.page.reload()
    await copy.isIn('active')
    await bea.isIn('elsewhere')
    await copy.press('Hang up')
    await ada.isIn('ended')
  })
})

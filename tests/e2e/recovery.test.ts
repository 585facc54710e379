// Negotiations that fail, pages that were frozen, and browsers or pages that can't continue a call.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { hangUp, mediaFlows, ON_PURPOSE, Stage, talk } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

type Stumble = { answers: number; fail?: 'hangs' | 'rejects' }
type Tampered = Window & { stumble: Stumble; mends: () => void }

/** Makes the next answer of this page hang or fail; counts the requested answers. */
async function stumbles(person: Person, fail: 'hangs' | 'rejects'): Promise<void> {
  await person.page.evaluate((how) => {
    const page = window as unknown as Tampered
    page.stumble = { answers: 0, fail: how }
    // The library also declares the callback form; the product uses the promise form.
    const prototype = RTCPeerConnection.prototype as {
      createAnswer(this: RTCPeerConnection): Promise<RTCSessionDescriptionInit>
    }
    const { createAnswer } = prototype
    prototype.createAnswer = function () {
      page.stumble.answers += 1
      const now = page.stumble.fail
      delete page.stumble.fail
      if (now === 'hangs') return new Promise(() => undefined)
      if (now === 'rejects') return Promise.reject(new DOMException('once', 'OperationError'))
      return createAnswer.call(this)
    }
  }, fail)
}

/** Makes the browser report this connection state until `mends`. */
async function breaks(person: Person, state: RTCPeerConnectionState): Promise<void> {
  await person.page.evaluate((broken) => {
    const connection = window.parleyKit.held.connections().at(-1)!
    Object.defineProperty(connection, 'connectionState', {
      configurable: true,
      get: () => broken,
    })
    const page = window as unknown as Tampered
    page.mends = () => Reflect.deleteProperty(connection, 'connectionState')
    connection.dispatchEvent(new Event('connectionstatechange'))
  }, state)
}

const answersOf = (person: Person) =>
  person.page.evaluate(() => (window as unknown as Tampered).stumble.answers)

const signallingOf = (person: Person) =>
  person.page.evaluate(() => window.parleyKit.held.connections().at(-1)!.signalingState)

// One after the other: each must repair a call within the recovery time.
describe('a call that reconnects', () => {
  for (const fail of ['hangs', 'rejects'] as const) {
    it(`B09: continues although an answer ${fail}`, { timeout: 120_000 }, async (test) => {
      const [ada, bea] = await stage.two(test)
      await talk(ada, bea)
      await stumbles(bea, fail)
      await breaks(ada, 'failed')
      await ada.isIn('reconnecting')
      await until(
        () => answersOf(bea),
        (answers) => expect(answers).toBeGreaterThan(1),
      )
      await ada.page.evaluate(() => (window as unknown as Tampered).mends())
      for (const person of [ada, bea]) {
        await until(
          () => signallingOf(person),
          (state) => expect(state).toBe('stable'),
        )
      }
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
      await Promise.all([ada.hears(), bea.hears()])
      await hangUp(ada, bea)
    })
  }

  it('D14: continues after its page was frozen', { timeout: 180_000 }, async (test) => {
    const [ada, bea] = await stage.two(test)
    await talk(ada, bea)
    await breaks(ada, 'disconnected')
    await ada.isIn('reconnecting')
    const session = await ada.page.context().newCDPSession(ada.page)
    await ada.page.evaluate(() => (window as unknown as Tampered).mends())
    await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    // Longer than the time for which a call without media is kept.
    await mediaFlows([bea], 35)
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([ada.hears(), bea.hears()])
    await hangUp(ada, bea)
  })
})

describe('a browser that does not let pages make calls', () => {
  const withoutCalls = async (person: Person) => {
    await person.page.addInitScript(() => Reflect.deleteProperty(window, 'RTCPeerConnection'))
    await person.page.reload()
    await person.isOnline()
  }
  const sentence = 'This browser does not let pages make calls.'

  it('says so, and calls nobody', async (test) => {
    const [ada, bea] = await stage.two(test)
    await withoutCalls(ada)
    await ada.dial(bea.name, 'audio')
    await ada.call.getByText(sentence).first().waitFor()
    expect(await ada.asked()).toBe(0)
    expect(await ada.records()).toEqual([])
    expect(await bea.records()).toEqual([])
  })

  it('does not count as a device that can ring', async (test) => {
    const [ada, bea] = await stage.two(test)
    const other = await stage.device(test, bea)
    await withoutCalls(bea)
    await ada.dial(bea.name, 'audio')
    await other.isCalled()
    await other.press('Answer')
    await Promise.all([ada.isIn('active'), other.isIn('active')])
    expect(await bea.page.getByRole('dialog').count()).toBe(0)
    await ada.press('Hang up')
    await Promise.all([ada.isIn('ended'), other.isIn('ended')])
  })

  it('makes no person reachable', async (test) => {
    const [ada, bea] = await stage.two(test)
    await withoutCalls(bea)
    await ada.dial(bea.name, 'audio', 'Offline')
    await ada.isIn('ended')
    expect(await ada.records()).toMatchObject([{ reason: 'unreachable' }])
  })
})

it('a page that fails completely hangs up', async (test) => {
  const [ada, bea] = await stage.two(test)
  await talk(ada, bea)
  // Every render from now on throws.
  await bea.page.evaluate((message) => {
    document.createElement = () => {
      throw new Error(message)
    }
    location.hash = '#/history'
  }, ON_PURPOSE)
  await ada.isIn('ended')
  expect(await ada.records()).toMatchObject([{ reason: 'completed' }])
  await ada.holdsNothing()
})

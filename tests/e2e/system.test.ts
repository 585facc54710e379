// The integration of a call with the system: notification, media controls, screen lock, and reduced
// motion.
import type { Worker } from 'playwright-core'
import { describe, expect, it, type TestContext } from 'vitest'
import type { Person } from './support/browser'
import { receivesPicture } from './support/rtp'
import { sign, stands } from './support/shown'
import { hangUp, Stage, talk } from './support/stage'

const stage = Stage.open()

describe('a call to a tab in the background', () => {
  /** One calls the other, whose tab is in the background and shows a notification. */
  async function notified(test: TestContext): Promise<[Person, Person, Worker]> {
    const [ada, bea] = await stage.two(test, {})
    const context = bea.page.context()
    await context.grantPermissions(['camera', 'microphone', 'notifications'])
    await bea.page.reload()
    await bea.isOnline()
    const taken = await countNotifications(bea)
    await bea.tab.hide(1000)
    await ada.dial(bea.name, 'audio')
    // Chromium drops a notification that is asked about before it is on the screen.
    await expect.poll(taken).toBe(1)
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
    await expect.poll(() => shown(worker)).toEqual([expect.stringContaining(ada.name)])
    return [ada, bea, worker]
  }

  it('is answered from its notification', async (test) => {
    const [ada, bea, worker] = await notified(test)
    await press(worker, 'answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await expect.poll(() => shown(worker)).toEqual([])
    await bea.tab.show()
    await Promise.all([ada.hears(), bea.hears()])
    await hangUp(ada, bea)
  })

  it('is declined from its notification', async (test) => {
    const [ada, bea, worker] = await notified(test)
    await press(worker, 'decline')
    await ada.isIn('ended')
    expect(await ada.lastRecord()).toMatchObject({ reason: 'declined' })
    await expect.poll(() => shown(worker)).toEqual([])
    expect(await bea.asked()).toBe(0)
  })

  it('removes its notification when it is over', async (test) => {
    const [ada, bea, worker] = await notified(test)
    await ada.press('Hang up')
    await ada.isIn('ended')
    await expect.poll(() => shown(worker)).toEqual([])
    await bea.tab.show()
    await bea.holdsNothing()
  })
})

/** Counts, from now on, the notifications of a page that the browser has taken. */
async function countNotifications(person: Person): Promise<() => Promise<number>> {
  await person.page.evaluate(() => {
    const { prototype } = ServiceWorkerRegistration
    const show = prototype.showNotification
    const count = { taken: 0 }
    prototype.showNotification = async function (...given) {
      await show.apply(this, given)
      count.taken += 1
    }
    Object.assign(window, { notificationsTaken: () => count.taken })
  })
  return () => person.page.evaluate<number>('notificationsTaken()')
}

/** The titles of the shown notifications. */
function shown(worker: Worker): Promise<string[]> {
  return worker.evaluate(async () => {
    const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration }
    return (await registration.getNotifications()).map(({ title }) => title)
  })
}

/** Acts as the system does when a person presses a button on the notification. */
function press(worker: Worker, action: string): Promise<void> {
  return worker.evaluate(async (pressed) => {
    const here = globalThis as unknown as {
      registration: ServiceWorkerRegistration
      dispatchEvent: (event: Event) => void
      NotificationEvent: new (type: string, init: object) => Event
    }
    const [notification] = await here.registration.getNotifications()
    here.dispatchEvent(
      new here.NotificationEvent('notificationclick', { notification, action: pressed }),
    )
  }, action)
}

describe('the media controls of the system', () => {
  /** Records the media actions that the page allows; the browser must know each of them. */
  const listens = (person: Person) =>
    person.page.evaluate(() => {
      const { mediaSession } = navigator
      const handlers = new Map<string, MediaSessionActionHandler | null>()
      const set = mediaSession.setActionHandler.bind(mediaSession)
      mediaSession.setActionHandler = (action, handler) => {
        set(action, handler)
        handlers.set(action, handler)
      }
      Object.assign(window, {
        controls: () => [...handlers].filter(([, handler]) => handler).map(([action]) => action),
        control: (action: MediaSessionAction) => handlers.get(action)?.({ action }),
      })
    })
  const controls = (person: Person) => person.page.evaluate<string[]>('controls()')
  const control = (person: Person, action: string) => person.page.evaluate(`control('${action}')`)

  it('mute, switch the camera and hang up', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await listens(ada)
    await talk(ada, bea)
    expect((await controls(ada)).sort()).toEqual(['hangup', 'togglecamera', 'togglemicrophone'])
    expect(await ada.page.evaluate(() => navigator.mediaSession.metadata?.title)).toContain(
      bea.name,
    )
    await control(ada, 'togglemicrophone')
    await stands(ada, 'Microphone', false)
    await sign(bea, 'Muted').waitFor()
    await control(ada, 'togglecamera')
    await receivesPicture(bea, 'camera')
    await control(ada, 'hangup')
    await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
    expect(await ada.lastRecord()).toMatchObject({ reason: 'completed' })
    await expect.poll(() => controls(ada)).toEqual([])
    expect(await ada.page.evaluate(() => navigator.mediaSession.metadata)).toBeNull()
  })
})

describe('the screen of the device', () => {
  /** Counts, from now on, the wake locks. */
  const watchesLocks = (person: Person) =>
    person.page.evaluate(() => {
      const { wakeLock } = navigator
      const locks: WakeLockSentinel[] = []
      const request = wakeLock.request.bind(wakeLock)
      wakeLock.request = async (type) => {
        const lock = await request(type)
        locks.push(lock)
        return lock
      }
      Object.assign(window, { locks: () => locks.filter(({ released }) => !released).length })
    })
  const locks = (person: Person) => person.page.evaluate<number>('locks()')

  it('stays on for as long as there is a picture to see', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await bea.page.context().grantPermissions(['camera', 'microphone', 'screen-wake-lock'])
    await watchesLocks(bea)
    await talk(ada, bea)
    expect(await locks(bea)).toBe(0)
    await ada.press('Camera')
    await bea.showsPicture()
    await expect.poll(() => locks(bea)).toBe(1)
    await bea.tab.hide(1000)
    await expect.poll(() => locks(bea)).toBe(0)
    await bea.tab.show()
    await expect.poll(() => locks(bea)).toBe(1)
    await hangUp(ada, bea)
    await expect.poll(() => locks(bea)).toBe(0)
  })
})

describe('motion', () => {
  /**
   * Records, from now on, elements that move or change their size. Fading and turning elements keep
   * their place.
   */
  const watchesMotion = (person: Person) =>
    person.page.evaluate(() => {
      const moved = new Set<string>()
      const look = () => {
        for (const animation of document.getAnimations()) {
          const { target, getKeyframes } = animation.effect as KeyframeEffect
          const properties = getKeyframes.call(animation.effect).flatMap(Object.keys)
          const moves = properties.some((name) =>
            /^(transform|translate|scale|inset|width)/.test(name),
          )
          if (!moves || target?.classList.contains('parley-spinner')) continue
          moved.add(
            (animation as { animationName?: string }).animationName ?? target?.className ?? '',
          )
        }
      }
      for (const type of ['animationstart', 'transitionrun']) document.addEventListener(type, look)
      Object.assign(window, { moved: () => [...moved] })
    })
  const moved = (person: Person) => person.page.evaluate<string[]>('moved()')

  for (const [what, reducedMotion] of [
    ['is there for who does not mind', 'no-preference'],
    ['is left out for who wants none', 'reduce'],
  ] as const) {
    it(what, async (test) => {
      const [ada, bea] = await stage.two(test, {})
      for (const person of [ada, bea]) {
        await person.page.emulateMedia({ reducedMotion })
        await watchesMotion(person)
      }
      await ada.dial(bea.name, 'video')
      await bea.isCalled()
      await bea.press('Answer with video')
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
      await bea.showsPicture()
      await ada.press('Choose microphone and speaker')
      await ada.page.getByRole('menu').waitFor()
      await ada.page.keyboard.press('Escape')
      await ada.press('Make the call small')
      await ada.page.locator('.parley-call-small').waitFor()
      await ada.press('Make the call large')
      await ada.press('Hang up')
      await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
      const all = [...(await moved(ada)), ...(await moved(bea))]
      // The call appears, and then its small card.
      if (reducedMotion === 'reduce') expect(all).toEqual([])
      else expect(all).toContain('parley-rise')
    })
  }
})

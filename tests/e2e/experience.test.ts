// Events around a call in a browser: prompts that stay open, tabs in the background, tones that
// start late, and pages that change during a call.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { waits } from './support/faults'
import { Onlooker } from './support/onlooker'
import { isHeard } from './support/rtp'
import { Server } from './support/server'
import { sign } from './support/shown'
import { hangUp, mediaFlows, Stage, talk } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

const incoming = (person: Person) => person.page.getByRole('dialog', { name: /^Incoming/ })

/** Goes to another page of the app, also when a dialog covers the page. */
const goTo = (person: Person, place: 'people' | 'history' | 'devices') =>
  person.page.evaluate((where) => void (location.hash = `#/${where}`), place)

describe('a prompt for the microphone that is still open when the call is over', () => {
  /** The person allows it after the call is over; this has no effect. */
  async function isGrantedInVain(person: Person): Promise<void> {
    const said = await person.said('signal')
    await person.watchFrames({
      phase: { selector: '.parley-call', attribute: 'data-phase' },
      notes: { selector: '.parley-notes' },
    })
    expect(await person.hardware.grant()).toBe(1)
    await expect
      .poll(async () => (await person.hardware.requests()).map(({ outcome }) => outcome))
      .toEqual(['granted'])
    await person.page.waitForTimeout(150)
    const tracks = await person.tracks()
    expect(tracks.filter(({ live, livedOn }) => live || livedOn)).toEqual([])
    expect(await person.asked()).toBe(1)
    // The screen with the end of the call closes after some time, and nothing else changes.
    const shown = await person.framesSeen()
    expect(shown.filter(({ phase }) => phase !== '')).toHaveLength(1)
    expect(await person.said('signal')).toBe(said)
    await person.holdsNothing()
  }

  const ends = {
    'was cancelled': async (ada: Person) => ada.press('Hang up'),
    'was declined': async (_: Person, bea: Person) => bea.press('Decline'),
    'was hung up by the other side': async (_: Person, bea: Person) => {
      await bea.press('Answer')
      await bea.press('Hang up')
    },
  } as const
  for (const [how, end] of Object.entries(ends)) {
    it(`J01: that ${how} opens no microphone`, async (test) => {
      const [ada, bea] = await Promise.all([
        stage.person(test, 'Ada', undefined, { behaviours: { microphone: waits } }),
        stage.person(test, 'Bea', undefined, {}),
      ])
      await ada.dial(bea.name, 'audio')
      await bea.isCalled()
      await end(ada, bea)
      await ada.isIn('ended')
      await isGrantedInVain(ada)
      await bea.holdsNothing()
    })
  }

  it('J01: that was not answered opens no microphone', async (test) => {
    const server = await Server.start({ 'ring-limit': '2' })
    test.onTestFinished(async () => server.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', server.url, { behaviours: { microphone: waits } }),
      stage.person(test, 'Bea', server.url, {}),
    ])
    await ada.dial(bea.name, 'audio')
    await ada.isIn('ended')
    expect(await ada.lastRecord()).toMatchObject({ reason: 'no_answer' })
    await isGrantedInVain(ada)
  })

  for (const who of ['she who answered', 'she who called'] as const) {
    it(`J01: on the other side opens none either when ${who} hangs up`, async (test) => {
      const [ada, bea] = await Promise.all([
        stage.person(test, 'Ada', undefined, {}),
        stage.person(test, 'Bea', undefined, { behaviours: { microphone: waits } }),
      ])
      await ada.dial(bea.name, 'audio')
      await bea.isCalled()
      await bea.press('Answer')
      await expect.poll(async () => (await bea.hardware.requests()).length).toBe(1)
      await (who === 'she who called' ? ada : bea).press('Hang up')
      await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
      await isGrantedInVain(bea)
      await ada.holdsNothing()
    })
  }

  it('J01: that was answered on another device opens no microphone here', async (test) => {
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', undefined, {}),
      stage.person(test, 'Bea', undefined, { behaviours: { microphone: waits } }),
    ])
    const second = await stage.device(test, bea, {})
    await ada.dial(bea.name, 'audio')
    await Promise.all([bea.isCalled(), second.isCalled()])
    await bea.press('Answer')
    await expect.poll(async () => (await bea.hardware.requests()).length).toBe(1)
    await second.press('Take over here')
    await second.isIn('active')
    await bea.isIn('elsewhere')
    await isGrantedInVain(bea)
    await second.press('Hang up')
    await ada.isIn('ended')
  })

  it('J01: may stay open while its page shows another place, and can be answered there', async (test) => {
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', undefined, {}),
      stage.person(test, 'Bea', undefined, { behaviours: { microphone: waits } }),
    ])
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await goTo(bea, 'history')
    await goTo(bea, 'people')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    // She is not shown as muted, because no person muted her.
    await sign(ada, 'Microphone not open yet').waitFor()
    expect(await sign(ada, 'Muted').count()).toBe(0)
    expect(await bea.hardware.grant()).toBe(1)
    await sign(ada, 'Microphone not open yet').waitFor({ state: 'detached' })
    await isHeard(ada)
    await hangUp(ada, bea)
  })
})

describe('a prompt for the microphone without an answer', () => {
  it('J01: is mentioned in a note after 3 s, for as long as it is open', async (test) => {
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', undefined, {
        permissions: { microphone: 'prompt', camera: 'prompt' },
      }),
      stage.person(test, 'Bea', undefined, {}),
    ])
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    const hint = ada.call.getByText('Your browser is asking about the microphone.')
    await hint.waitFor()
    expect(await ada.hardware.grant()).toBe(1)
    await hint.waitFor({ state: 'detached' })
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await isHeard(bea)
    await hangUp(ada, bea)
  })

  it('J01: blocks neither this call nor the next one', async (test) => {
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', undefined, { behaviours: { microphone: waits } }),
      stage.person(test, 'Bea', undefined, {}),
    ])
    for (let call = 0; call < 2; ++call) {
      await ada.dial(bea.name, 'audio')
      await bea.isCalled()
      await bea.press('Answer')
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
      await isHeard(ada)
      await ada.press('Hang up')
      await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
      await Promise.all([ada.putsAway(), bea.putsAway()])
    }
    expect(await ada.asked()).toBe(1)
  })
})

describe.concurrent('a tab in the background, whose timers fire once a minute', () => {
  it(
    'J02: keeps its socket, and rings and stops without waiting for them',
    { timeout: 150_000 },
    async (test) => {
      const [ada, bea] = await stage.two(test, {})
      const before = await bea.opened()
      await bea.tab.hide()
      const sounds = async () => (await bea.tones()).now
      await bea.page.waitForTimeout(75_000)
      const rounds = await bea.tab.rounds()
      await ada.dial(bea.name, 'audio')
      await ada.isIn('ringing')
      await until(sounds, (now) => expect(now).toEqual(['ringtone']))
      await incoming(bea).waitFor()
      await ada.press('Hang up')
      await ada.isIn('ended')
      await until(sounds, (now) => expect(now).toEqual([]))
      await incoming(bea).waitFor({ state: 'detached' })
      expect(await bea.tab.rounds()).toBe(rounds)
      expect(await bea.opened()).toEqual(before)
      await bea.tab.show()
      await bea.page.waitForTimeout(2000)
      expect(await bea.opened()).toEqual(before)
    },
  )

  it('J02: continues its call', { timeout: 150_000 }, async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea)
    const before = await Promise.all([ada.opened(), bea.opened()])
    await Promise.all([ada.tab.hide(), bea.tab.hide()])
    await mediaFlows([ada, bea], 75)
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([ada.tab.show(), bea.tab.show()])
    await mediaFlows([ada, bea], 2)
    expect(await Promise.all([ada.opened(), bea.opened()])).toEqual(before)
    await hangUp(ada, bea)
  })
})

describe('a ringtone that starts late', () => {
  /** No sound plays, now and for the time of the delay, and no element can play later. */
  async function isStill(person: Person): Promise<void> {
    const ringing = async () => (await person.tones()).now.filter((tone) => tone !== 'ended')
    await expect.poll(ringing).toEqual([])
    const end = Date.now() + 2500
    while (Date.now() < end) {
      expect(await ringing()).toEqual([])
      await person.page.waitForTimeout(20)
    }
  }

  it('J03: is not played after the call is answered', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await bea.sound.startsLate(2000)
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await bea.page.waitForTimeout(100)
    await bea.press('Answer')
    await isStill(bea)
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await hangUp(ada, bea)
    expect(await bea.playsAll()).not.toContain('ringtone')
    await bea.holdsNothing()
    expect(bea.complaints).toEqual([])
  })

  it('J03: is not played after the call is declined in the first frame', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await bea.sound.startsLate(2000)
    const declined = bea.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const watcher = new MutationObserver(() => {
            const buttons = [...document.querySelectorAll('button')]
            const decline = buttons.find(({ innerText }) => innerText === 'Decline')
            if (!decline) return
            watcher.disconnect()
            decline.click()
            resolve()
          })
          watcher.observe(document, { childList: true, subtree: true })
        }),
    )
    await ada.dial(bea.name, 'audio')
    await declined
    await isStill(bea)
    await ada.isIn('ended')
    expect(await bea.playsAll()).not.toContain('ringtone')
    await bea.holdsNothing()
    expect(bea.complaints).toEqual([])
  })

  it('J03: that the browser refuses leaves the call visible', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    const onlooker = await Onlooker.of(bea)
    await onlooker.reload()
    await onlooker.awaits('parleyKit.held.count().sockets === 1')
    await ada.dial(bea.name, 'audio')
    const dialog = `document.querySelector('[role=dialog].parley-incoming')`
    await onlooker.awaits(dialog)
    expect(await onlooker.tell('document.title')).toContain(`${ada.name} is calling`)
    expect(await onlooker.tell('navigator.userActivation.hasBeenActive')).toBe(false)
    await ada.press('Hang up')
    await Promise.all([ada.isIn('ended'), onlooker.awaits(`!${dialog}`)])
    expect(await onlooker.tell('parleyKit.held.tones().now')).toEqual([])
    expect(await onlooker.tell('document.title')).not.toContain('is calling')
    expect(bea.complaints).toEqual([])
  })
})

describe('a call during which the page changes', () => {
  const forwards = ['', 'calling', 'ringing', 'answering', 'connecting', 'active', 'ended', '']

  /** Changes the place repeatedly until the action is over; returns the phases that were shown. */
  async function roams(person: Person, action: () => Promise<void>): Promise<readonly string[]> {
    await person.watchFrames({ phase: { selector: '.parley-call', attribute: 'data-phase' } })
    await person.page.evaluate(() => {
      const places = ['history', 'people', 'devices', 'people']
      let at = 0
      window.name = String(
        setInterval(() => {
          location.hash = `#/${places[at++ % places.length] ?? ''}`
        }, 70),
      )
    })
    await action()
    await person.page.evaluate(() => clearInterval(Number(window.name)))
    return (await person.framesSeen()).map(({ phase = '' }) => phase)
  }
  /** Each phase appears once, and in order. */
  function expectForwards(phases: readonly string[]): void {
    let at = 0
    for (const phase of phases) {
      const next = forwards.indexOf(phase, at)
      expect(next, `${phase} in ${phases.join(', ')}`).toBeGreaterThanOrEqual(0)
      at = next
    }
  }

  it('J05, J06: stays one call on one connection, and every frame shows its true state', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    const sockets = await Promise.all([ada, bea].map(async (one) => (await one.opened()).sockets))
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    const [caller, callee] = await Promise.all([
      roams(ada, async () => ada.isIn('active')),
      roams(bea, async () => {
        await bea.page.waitForTimeout(500)
        await bea.press('Answer')
        await bea.isIn('active')
      }),
    ])
    expectForwards(caller)
    expectForwards(callee)
    expect(caller.at(-1)).toBe('active')
    const on = await roams(ada, () => mediaFlows([ada, bea], 2))
    expect(on).toEqual(['active'])
    expect(await ada.opened()).toEqual({ sockets: sockets[0], connections: 1 })
    expect(await bea.opened()).toEqual({ sockets: sockets[1], connections: 1 })
    await hangUp(ada, bea)
  })

  it('J06: is shown in its true state after a reload', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea)
    // From the first frame of the next page.
    await bea.page.addInitScript(() => {
      if (location.protocol === 'about:') return
      window.parleyKit.frames.watch({
        phase: { selector: '.parley-call', attribute: 'data-phase' },
      })
    })
    await bea.page.reload()
    await bea.isIn('active')
    const phases = (await bea.framesSeen()).map(({ phase }) => phase)
    expect(phases.join(' ')).toMatch(/^ ?(answering )?(connecting )?(reconnecting )?active$/)
    await hangUp(ada, bea)
  })

  it('J05: releases everything when the person signs out', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea, 'video')
    await bea.press('Make the call small')
    await bea.page.getByRole('button', { name: /^Settings for/ }).click()
    // The small call may cover the button.
    const over = ada.isIn('ended')
    await bea.page.getByRole('button', { name: 'Sign out' }).press('Enter')
    await bea.page.getByLabel('Password', { exact: true }).waitFor()
    await bea.holdsNothing()
    expect(await bea.held()).toEqual({ connections: 0, tracks: 0, sockets: 0 })
    await over
    await ada.holdsNothing()
  })
})

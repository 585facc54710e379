// Devices that are plugged in, unplugged, silenced and changed during a call: a muted source stays
// silent, and the interface shows what is sent.
import { describe, expect, it, type TestContext } from 'vitest'
import type { Person } from './support/browser'
import {
  camA,
  camB,
  fails,
  micA,
  micB,
  speakerA,
  speakerB,
  type FakeDevice,
  type HardwareOptions,
} from './support/faults'
import { Proxy } from './support/proxy'
import {
  expectNothing,
  fallsSilent,
  hearsTone,
  isHeard,
  isSilent,
  line,
  receivesPicture,
  restartsIce,
  sampledEveryMs,
  seesColour,
  sendsNoPicture,
} from './support/rtp'
import {
  checkedIn,
  choose,
  countsDescriptions,
  isPressed,
  notes,
  sign,
  stands,
  tells,
} from './support/shown'
import { hangUp, Stage, talk } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

const sounds = 'Choose microphone and speaker'
const everything = { devices: [micA, micB, camA, camB, speakerA, speakerB] }

/** Two people in a video call; the first with these devices. */
async function talking(
  test: TestContext,
  hardware: HardwareOptions = {},
): Promise<[Person, Person]> {
  const [ada, bea] = await Promise.all([
    stage.person(test, 'Ada', undefined, hardware),
    stage.person(test, 'Bea', undefined, {}),
  ])
  await talk(ada, bea, 'video')
  await seesColour(bea, 'red')
  for (const person of [ada, bea]) {
    await person.watchFrames({ phase: { selector: '.parley-call', attribute: 'data-phase' } })
  }
  return [ada, bea]
}

/** The capture was on all the time, and is over now. */
async function endsUndisturbed(ada: Person, bea: Person): Promise<void> {
  for (const person of [ada, bea]) {
    expect(await person.framesSeen()).toEqual([{ phase: 'active' }])
  }
  await hangUp(ada, bea)
  expect([...ada.complaints, ...bea.complaints]).toEqual([])
}

/**
 * Series of requests for sound or picture: the requests of one series follow each other at once.
 */
async function attempts(person: Person, since: number, kind: 'audio' | 'video'): Promise<number> {
  const requests = (await person.hardware.requests())
    .slice(since)
    .filter(({ constraints }) => Boolean((constraints as MediaStreamConstraints)[kind]))
  return requests.filter(({ at }, index) => at - (requests[index - 1]?.settledAt ?? -1000) > 500)
    .length
}
/** The third attempt is the last: a fourth would come within the same interval. */
async function givesUp(person: Person, since: number, kind: 'audio' | 'video'): Promise<void> {
  await until(
    () => attempts(person, since, kind),
    (made) => expect(made).toBe(3),
  )
  // The other kind may still be on its way to its third.
  await person.page.waitForTimeout(5000)
  expect(await attempts(person, since, kind)).toBe(3)
}
const requestCount = async (person: Person) => (await person.hardware.requests()).length

describe('a device that is lost', () => {
  it('E06: is replaced by another one automatically', async (test) => {
    const [ada, bea] = await talking(test, everything)
    await ada.hardware.unplug('mic-a')
    await hearsTone(bea, 1000)
    await ada.hardware.unplug('cam-a')
    await seesColour(bea, 'blue')
    expect(await isPressed(ada, 'Microphone')).toBe(true)
    expect(await isPressed(ada, 'Camera')).toBe(true)
    await endsUndisturbed(ada, bea)
  })

  it('E06: is shown as off on both sides while there is no other, until it is back', async (test) => {
    const [ada, bea] = await talking(test)
    const before = await requestCount(ada)
    await ada.hardware.unplug('mic-a', 'cam-a')
    await sign(bea, 'Microphone lost').waitFor()
    await sign(bea, 'Camera lost').waitFor()
    await stands(ada, 'Microphone', false)
    await stands(ada, 'Camera', false)
    await tells(ada, 'device/microphone-lost', 'device/camera-lost')
    await givesUp(ada, before, 'audio')
    await givesUp(ada, before, 'video')
    await ada.hardware.plug(micA, camB)
    await Promise.all([hearsTone(bea, 500), seesColour(bea, 'blue')])
    await stands(ada, 'Microphone', true)
    await stands(ada, 'Camera', true)
    await endsUndisturbed(ada, bea)
  })

  it('E06: and fails from then on is tried three times at most', async (test) => {
    const [ada, bea] = await talking(test)
    const before = await requestCount(ada)
    await ada.hardware.script('microphone', fails('NotReadableError'))
    await ada.hardware.end('mic-a')
    await sign(bea, 'Microphone lost').waitFor()
    await givesUp(ada, before, 'audio')
    const after = await requestCount(ada)
    await tells(ada, 'device/microphone-busy')
    await ada.hardware.script('microphone')
    await ada.press('Try again')
    await isHeard(bea)
    expect(await requestCount(ada)).toBe(after + 1)
    await endsUndisturbed(ada, bea)
  })

  it('E06: with its permission is requested again once the permission is back', async (test) => {
    const [ada, bea] = await talking(test)
    for (const kind of ['microphone', 'camera'] as const) {
      const before = await requestCount(ada)
      const button = kind === 'microphone' ? 'Microphone' : 'Camera'
      await ada.hardware.permit(kind, 'denied')
      await tells(ada, `device/${kind}-denied`)
      await sign(bea, `${button} lost`).waitFor()
      await stands(ada, button, false)
      expect((await requestCount(ada)) - before).toBeLessThanOrEqual(3)
      await ada.hardware.permit(kind, 'granted')
      await stands(ada, button, true)
    }
    await isHeard(bea)
    await seesColour(bea, 'red')
    await endsUndisturbed(ada, bea)
  })
})

describe('the device that the system prefers', () => {
  it('E07: is used after a burst of events, with one change, and no other device is', async (test) => {
    const [ada, bea] = await talking(test, { devices: [micA, micB, camA, speakerA] })
    const before = await requestCount(ada)
    await hearsTone(bea, 500)
    expect(await checkedIn(ada, sounds, 'Microphone')).toBe('System default Desk microphone')
    await ada.hardware.setDefault('microphone', 'mic-b', 10)
    await hearsTone(bea, 1000)
    expect(await requestCount(ada)).toBe(before + 1)
    await expect
      .poll(() => checkedIn(ada, sounds, 'Microphone'))
      .toBe('System default Headset microphone')

    // An unused device goes and comes back, and events come without a change.
    await ada.hardware.unplug('mic-a')
    await ada.hardware.plug(micA)
    await ada.hardware.plug(camB)
    await ada.hardware.unplug('cam-b')
    await ada.hardware.deviceChanges(10)
    await ada.page.waitForTimeout(1000)
    expect(await requestCount(ada)).toBe(before + 1)
    await hearsTone(bea, 1000)
    expect(await checkedIn(ada, sounds, 'Microphone')).toBe('System default Headset microphone')

    // The device in use goes, and another one becomes the default.
    await ada.hardware.unplug('mic-b')
    await hearsTone(bea, 500)
    await expect
      .poll(() => checkedIn(ada, sounds, 'Microphone'))
      .toBe('System default Desk microphone')
    await endsUndisturbed(ada, bea)
  })
})

/** The shared screen is silenced, as with a minimised window. */
function muteScreen(person: Person): Promise<void> {
  return person.page.evaluate(() => {
    for (const connection of window.parleyKit.held.connections()) {
      const screen = connection.getTransceivers()[2]?.sender.track
      if (!screen) throw new Error('no screen is shared')
      Object.defineProperty(screen, 'muted', { configurable: true, value: true })
      screen.dispatchEvent(new Event('mute'))
    }
  })
}

describe('a track that is muted outside of the page', () => {
  const silenced = 'Microphone switched off on their side'

  it('E08: is reported after a while, and the choice of the person stays', async (test) => {
    const [ada, bea] = await talking(test)
    await bea.watchFrames({ sign: { selector: '.parley-peer', text: silenced } })
    // Runs in the page, so that the page's own timers can't fire in between.
    await ada.page.evaluate(async () => {
      for (let i = 0; i < 10; ++i) {
        for (const muted of [true, false]) {
          window.parleyKit.sources.mute('mic-a', muted)
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }
    })
    await bea.page.waitForTimeout(1500)
    expect(await bea.framesSeen()).toEqual([{ sign: '' }])

    await ada.hardware.mute('mic-a')
    await sign(bea, silenced).waitFor()
    await tells(ada, 'device/microphone-silenced')
    expect(await isPressed(ada, 'Microphone')).toBe(true)
    await fallsSilent(bea)
    await ada.hardware.unmute('mic-a')
    await sign(bea, silenced).waitFor({ state: 'detached' })
    await isHeard(bea)
    await tells(ada)
    await hangUp(ada, bea)
  })

  it('E08: ends neither a shared screen nor a camera', async (test) => {
    const [ada, bea] = await talking(test)
    await ada.press('Share screen')
    await seesColour(bea, 'green', '.parley-screen-video')
    await muteScreen(ada)
    await ada.hardware.mute('cam-a')
    await sign(bea, 'Camera switched off on their side').waitFor()
    await sign(bea, 'Sharing their screen').waitFor()
    await stands(ada, 'Share screen', true)
    await ada.hardware.unmute('cam-a')
    await sign(bea, 'Camera switched off on their side').waitFor({ state: 'detached' })
    await receivesPicture(bea, 'camera')
    await receivesPicture(bea, 'screen')
    await endsUndisturbed(ada, bea)
  })
})

describe('a shared screen', () => {
  for (const camera of ['on', 'off'] as const) {
    it(`E10: ends with the browser's own bar, with the camera ${camera} as before`, async (test) => {
      const [ada, bea] = await talking(test)
      if (camera === 'off') {
        await ada.press('Camera')
        await stands(ada, 'Camera', false)
      }
      for (let turn = 0; turn < 2; ++turn) {
        await ada.press('Share screen')
        await seesColour(bea, 'green', '.parley-screen-video')
        await ada.screen.stopFromTheBar()
        await Promise.all([
          bea.page.locator('.parley-call:not([data-view="screen"])').waitFor(),
          sign(bea, 'Sharing their screen').waitFor({ state: 'detached' }),
        ])
        await stands(ada, 'Share screen', false)
        expect(await isPressed(ada, 'Camera')).toBe(camera === 'on')
        await tells(ada)
      }
      expect(await ada.lights()).toBe(camera === 'on' ? 1 : 0)
      if (camera === 'on') await receivesPicture(bea, 'camera')
      else await sendsNoPicture(ada, 'camera')
      await endsUndisturbed(ada, bea)
    })
  }

  it('E10: that the person cancels shows no note, and the next one works', async (test) => {
    const [ada, bea] = await talking(test)
    await ada.screen.script({ does: 'waits' })
    await ada.press('Share screen')
    await expect.poll(() => ada.screen.cancel()).toBe(1)
    await stands(ada, 'Share screen', false)
    await tells(ada)
    await ada.screen.script()
    await ada.press('Share screen')
    await seesColour(bea, 'green', '.parley-screen-video')
    await ada.press('Stop sharing your screen')
    await sign(bea, 'Sharing their screen').waitFor({ state: 'detached' })
    await endsUndisturbed(ada, bea)
  })
})

describe('another device', () => {
  it('E07: is chosen in the call, without a new session description', async (test) => {
    const [ada, bea] = await talking(test, everything)
    await hearsTone(bea, 500)
    const described = await Promise.all([countsDescriptions(ada), countsDescriptions(bea)])
    const heard = await sampledEveryMs(20, bea, async () => {
      await choose(ada, sounds, 'Headset microphone')
      await hearsTone(bea, 1000)
      await choose(ada, 'Choose a camera', 'Desk camera')
      await seesColour(bea, 'blue')
      await choose(ada, sounds, 'Headset speaker')
    })
    expect(heard.loudest).toBeGreaterThan(0)
    const speakers = () =>
      ada.page.evaluate(() =>
        [...document.querySelectorAll('audio')].map((element) => element.sinkId),
      )
    await expect.poll(speakers).toEqual(['speaker-b'])
    expect(await checkedIn(ada, sounds, 'Microphone')).toBe('Headset microphone')
    expect(await checkedIn(ada, sounds, 'Speaker')).toBe('Headset speaker')
    expect(await checkedIn(ada, 'Choose a camera', 'Camera')).toBe('Desk camera')
    for (const count of described) expect(await count()).toBe(0)
    await endsUndisturbed(ada, bea)
  })
})

/** The microphone is off on both sides of the interface. */
async function isShownMuted(sender: Person, receiver: Person): Promise<void> {
  await stands(sender, 'Microphone', false)
  await sign(receiver, 'Muted').waitFor()
}

describe('a muted person', () => {
  /** Mutes, runs the actions in silence, and unmutes at the end. */
  async function staysSilent(
    ada: Person,
    bea: Person,
    steps: Readonly<Record<string, () => Promise<Person | undefined>>>,
  ): Promise<void> {
    await ada.press('Microphone')
    await isShownMuted(ada, bea)
    await fallsSilent(bea)
    let speaker = ada
    for (const [name, step] of Object.entries(steps)) {
      const heard = await sampledEveryMs(20, bea, async () => {
        speaker = (await step()) ?? speaker
        await isShownMuted(speaker, bea)
        await bea.page.waitForTimeout(500)
      })
      expect(heard.loudest, name).toBeLessThan(1e-3)
      expectNothing(heard)
    }
    await speaker.press('Microphone')
    await isHeard(bea)
    await sign(bea, 'Muted').waitFor({ state: 'detached' })
  }

  it('F03: stays silent with another device, on hold and after an ICE restart', async (test) => {
    const [ada, bea] = await talking(test, everything)
    await staysSilent(ada, bea, {
      'another device': async () => {
        await choose(ada, sounds, 'Headset microphone')
        await expect.poll(async () => (await line(ada, 'audio'))?.track?.device).toBe('mic-b')
        return undefined
      },
      unplugged: async () => {
        await ada.hardware.unplug('mic-b')
        await expect.poll(async () => (await line(ada, 'audio'))?.track?.device).not.toBe('mic-b')
        return undefined
      },
      hold: async () => {
        await ada.press('Hold')
        await bea.call.getByText('You are on hold').first().waitFor()
        await ada.press('Hold')
        await bea.call.getByText('You are on hold').first().waitFor({ state: 'detached' })
        return undefined
      },
      'a new way': async () => {
        await restartsIce(ada)
        // The connection worked all the time; the page gets the same state again.
        await ada.page.evaluate(() => {
          for (const connection of window.parleyKit.held.connections()) {
            connection.dispatchEvent(new Event('connectionstatechange'))
          }
        })
        await Promise.all([ada.isIn('active'), bea.isIn('active')])
        return undefined
      },
    })
    await hangUp(ada, bea)
  })

  it('F03: stays silent after a reload', async (test) => {
    const [ada, bea] = await talking(test)
    await staysSilent(ada, bea, {
      reload: async () => {
        await ada.page.reload()
        await ada.isIn('active')
        await bea.isIn('active')
        return undefined
      },
    })
    await hangUp(ada, bea)
  })

  it('F03: stays silent on another device of the same person', async (test) => {
    const [ada, bea] = await talking(test)
    const tablet = await stage.device(test, ada, {})
    await staysSilent(ada, bea, {
      takeOver: async () => {
        await tablet.press('Take over here')
        await Promise.all([tablet.isIn('active'), ada.isIn('elsewhere')])
        return tablet
      },
    })
    await hangUp(tablet, bea)
    await ada.holdsNothing()
  })
})

describe('the displayed state of the other side', () => {
  const broken = (kind: FakeDevice['kind']) => ({
    behaviours: { [kind]: fails('NotReadableError') },
  })
  const watch = (person: Person, text: string) =>
    person.watchFrames({
      phase: { selector: '.parley-call', attribute: 'data-phase' },
      sign: { selector: '.parley-peer', text },
    })
  /** From the first frame of the call. */
  async function wasShown(person: Person, text: string): Promise<void> {
    const active = (await person.framesSeen()).filter(({ phase }) => phase === 'active')
    expect(active).toEqual([{ phase: 'active', sign: text }])
  }

  it('F05: is right in the first frame of the call', async (test) => {
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', undefined, broken('camera')),
      stage.person(test, 'Bea', undefined, broken('microphone')),
    ])
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await tells(ada, 'device/camera-busy')
    await watch(bea, 'Camera not working')
    await watch(ada, 'Microphone not working')
    await bea.press('Answer with video')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await isHeard(bea)
    await wasShown(bea, 'Camera not working')
    await wasShown(ada, 'Microphone not working')
    await hangUp(ada, bea)
  })

  it('F05: is right after either side was cut off from the server', async (test) => {
    const proxies = [await Proxy.before(stage.server.url), await Proxy.before(stage.server.url)]
    test.onTestFinished(async () => void (await Promise.all(proxies.map((one) => one.stop()))))
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', proxies[0]?.url, {}),
      stage.person(test, 'Bea', proxies[1]?.url, {}),
    ])
    await talk(ada, bea)
    for (const proxy of proxies) {
      const cutOff = proxy === proxies[0] ? ada : bea
      const lostTouch = sign(cutOff === ada ? bea : ada, 'Lost touch with the server')
      proxy.cut()
      await lostTouch.waitFor()
      for (let press = 0; press < 5; ++press) await ada.press('Microphone')
      await fallsSilent(bea)
      await sign(bea, 'Muted').waitFor()
      await watch(bea, 'Muted')
      proxy.heal()
      await lostTouch.waitFor({ state: 'detached' })
      expect((await bea.framesSeen()).map((frame) => frame['sign'])).toEqual(['Muted'])
      await ada.press('Microphone')
      await sign(bea, 'Muted').waitFor({ state: 'detached' })
      await isHeard(bea)
    }
    await hangUp(ada, bea)
  })
})

describe('the label of a control', () => {
  const proof = (person: Person) => person.call.locator('.parley-muted')
  const tooltip = (person: Person, button: string) =>
    person.call.getByRole('button', { name: button, exact: true }).getAttribute('title')

  it('F03: of a muted microphone is confirmed by both sides', async (test) => {
    const proxy = await Proxy.before(stage.server.url)
    test.onTestFinished(async () => proxy.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', proxy.url, {}),
      stage.person(test, 'Bea', undefined, {}),
    ])
    await talk(ada, bea)
    expect(await proof(ada).count()).toBe(0)
    // The confirmation of the other side comes only through the server: without the server, only
    // this page knows the state.
    await bea.page.evaluate(() => {
      RTCDataChannel.prototype.send = () => undefined
    })
    proxy.cut()
    await sign(bea, 'Lost touch with the server').waitFor()
    await ada.press('Microphone')
    await proof(ada).getByText('Muted: nothing is sent').waitFor()
    await fallsSilent(bea)
    proxy.heal()
    await proof(ada)
      .getByText(/^Muted: .*Bea\d+.* hears nothing$/)
      .waitFor()
    expect(await tooltip(ada, 'Microphone')).toContain('hears nothing')
    await isSilent(bea, 500)
    await ada.press('Microphone')
    await proof(ada).waitFor({ state: 'detached' })
    expect(await tooltip(ada, 'Microphone')).toBe('Mute (M)')
    await isHeard(bea)
    await hangUp(ada, bea)
  })

  it('F06: of a camera that is off is confirmed by both sides', async (test) => {
    const [ada, bea] = await talking(test)
    await ada.press('Camera')
    await expect.poll(() => tooltip(ada, 'Camera')).toMatch(/Camera off: .*Bea\d+.* sees nothing$/)
    await sendsNoPicture(ada, 'camera')
    await sign(bea, 'Camera off').waitFor()
    await ada.press('Camera')
    await receivesPicture(bea, 'camera')
    expect(await tooltip(ada, 'Camera')).toBe('Turn the camera off (V)')
    await endsUndisturbed(ada, bea)
  })

  it('F03: of a held call says that nothing is sent in both directions', async (test) => {
    const [ada, bea] = await talking(test)
    await ada.press('Hold')
    await ada.call.getByText('On hold').first().waitFor()
    await bea.call.getByText('You are on hold').first().waitFor()
    await Promise.all([fallsSilent(ada), fallsSilent(bea)])
    await Promise.all([
      sendsNoPicture(ada, 'camera'),
      sendsNoPicture(bea, 'camera'),
      isSilent(ada, 1000),
      isSilent(bea, 1000),
    ])
    await ada.call.getByRole('button', { name: 'Resume' }).click()
    await Promise.all([isHeard(ada), isHeard(bea)])
    await Promise.all([receivesPicture(ada, 'camera'), receivesPicture(bea, 'camera')])
    expect(await notes(ada)).toEqual([])
    await endsUndisturbed(ada, bea)
  })
})

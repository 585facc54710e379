// Microphone and camera are switched at any moment of a call: what is sent and shown follows the
// last press.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { camB, fails, opensAfter, waits } from './support/faults'
import { Proxy } from './support/proxy'
import {
  expectNothing,
  fallsSilent,
  isHeard,
  isSilent,
  line,
  receivesPicture,
  restartsIce,
  sampledEveryMs,
  seesColour,
  sendsNoPicture,
} from './support/rtp'
import { countsDescriptions } from './support/shown'
import { hangUp, Stage, talk } from './support/stage'

const stage = Stage.open()

const peerMuted = (person: Person) => person.page.locator('.parley-peer').getByText('Muted')
const showsPicture = (person: Person, on: 'on' | 'off') =>
  person.page.locator(`.parley-call[data-picture="${on}"]`)

const button = (person: Person, name: string) =>
  person.page.getByRole('button', { name, exact: true })

/** The state of a control, as a screen reader reads it. */
const isPressed = async (person: Person, name: string) =>
  (await button(person, name).getAttribute('aria-pressed')) === 'true'

/** Presses a control this many times, at this interval. */
function pressTimes(person: Person, name: string, times: number, everyMs: number): Promise<void> {
  return person.page.getByRole('button', { name, exact: true }).evaluate(
    async (button: HTMLElement, [times, everyMs]) => {
      for (let i = 0; i < times; ++i) {
        button.click()
        await new Promise((resolve) => setTimeout(resolve, everyMs))
      }
    },
    [times, everyMs] as const,
  )
}

/** The largest number of device requests that were open at the same time. */
async function mostAtOnce(person: Person): Promise<number> {
  const requests = await person.hardware.requests()
  return Math.max(
    0,
    ...requests.map(
      ({ at }) =>
        requests.filter((one) => one.at <= at && (one.settledAt ?? Number.POSITIVE_INFINITY) > at)
          .length,
    ),
  )
}

/** From the first frame in which the call is active, the other side's state is shown correctly. */
async function showsFromTheBeginning(person: Person, sign: string): Promise<void> {
  const frames = await person.framesSeen()
  const active = frames.filter(({ phase }) => phase === 'active')
  expect(active).not.toEqual([])
  expect(active.map((frame) => frame['sign'])).toEqual(active.map(() => sign))
}
const watchSign = (person: Person, sign: string) =>
  person.watchFrames({
    phase: { selector: '.parley-call', attribute: 'data-phase' },
    sign: { selector: '.parley-peer', text: sign },
  })

describe('a microphone that is muted before the call is active', () => {
  it('F01: by the caller while it rings, is not heard until it is unmuted', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await ada.isIn('ringing')
    await ada.press('Microphone')
    await watchSign(bea, 'Muted')
    const heard = await sampledEveryMs(20, bea, async () => {
      await bea.press('Answer')
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
      await isHeard(ada)
      await ada.page.waitForTimeout(1000)
    })
    expectNothing(heard)
    await showsFromTheBeginning(bea, 'Muted')

    await ada.press('Microphone')
    await isHeard(bea)
    await peerMuted(bea).waitFor({ state: 'detached' })
    await hangUp(ada, bea)
  })

  it('F01: by the callee while it connects, is not heard until it is unmuted', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await bea.hardware.script('microphone', waits)
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    await ada.watchFrames({
      phase: { selector: '.parley-call', attribute: 'data-phase' },
      sign: { selector: '.parley-peer' },
    })
    const heard = await sampledEveryMs(20, ada, async () => {
      await bea.press('Microphone')
      await expect.poll(() => isPressed(bea, 'Microphone')).toBe(false)
      await expect.poll(() => bea.hardware.grant()).toBe(1)
      await Promise.all([ada.isIn('active'), bea.isIn('active')])
      await isHeard(bea)
      await ada.page.waitForTimeout(1000)
    })
    expectNothing(heard)
    // The call may be active before she presses; her microphone is not open yet.
    const signs = (await ada.framesSeen())
      .filter(({ phase }) => phase === 'active')
      .map(({ sign = '' }) => /Muted|not open yet/.exec(sign)?.[0] ?? sign)
    const changes = signs.filter((sign, at) => sign !== signs[at - 1]).join(', ')
    expect(changes).toMatch(/^(not open yet, )?Muted$/)

    await bea.press('Microphone')
    await isHeard(ada)
    await hangUp(ada, bea)
  })

  it('F01: is muted by a press during which the button changes its look', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await bea.hardware.script('microphone', waits)
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await bea.press('Answer')
    const opening = button(bea, 'Microphone').locator('.parley-spinner')
    await opening.waitFor()
    const { x, y, width, height } = (await opening.boundingBox())!
    await bea.page.mouse.move(x + width / 2, y + height / 2)
    await bea.page.mouse.down()
    await expect.poll(() => bea.hardware.grant()).toBe(1)
    await opening.waitFor({ state: 'detached' })
    await bea.page.mouse.up()
    await expect.poll(() => isPressed(bea, 'Microphone')).toBe(false)
    // The off state is also visible under the pointer.
    const face = button(bea, 'Microphone').locator('.parley-control-face')
    const colour = () => face.evaluate((element) => getComputedStyle(element).backgroundColor)
    await expect.poll(colour).toBe('rgb(255, 255, 255)')
    await bea.isIn('active')
    await fallsSilent(ada)
    await hangUp(ada, bea)
  })

  it('F01: is switched many times, and ends in the state of the last press', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await ada.dial(bea.name, 'audio')
    await bea.isCalled()
    await ada.isIn('ringing')
    await pressTimes(ada, 'Microphone', 5, 30)
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await isHeard(ada)
    await isSilent(bea, 1000)
    expect(await isPressed(ada, 'Microphone')).toBe(false)
    await hangUp(ada, bea)
  })
})

describe('the buttons of a call', () => {
  it('F01: keep their place from the first ring to the picture of the other side', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    const places = async () => {
      const names = [
        'Microphone',
        'Camera',
        'Share screen',
        'Hold',
        'Hang up',
        'Make the call small',
      ]
      return Promise.all(names.map(async (name) => button(ada, name).boundingBox()))
    }
    await ada.dial(bea.name, 'video')
    await ada.isIn('ringing')
    const ringing = await places()
    expect(ringing).not.toContain(null)
    await bea.press('Answer with video')
    await ada.isIn('active')
    expect(await places()).toEqual(ringing)
    await ada.showsPicture()
    expect(await places()).toEqual(ringing)
    await hangUp(ada, bea)
  })
})

describe('a camera that is turned off before the call is active', () => {
  it('F01: sends nothing until it is turned on again', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await ada.isIn('ringing')
    await ada.press('Camera')
    await watchSign(bea, 'Camera off')
    await bea.press('Answer with video')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await receivesPicture(ada, 'camera')
    await showsFromTheBeginning(bea, 'Camera off')
    expect((await line(ada, 'camera'))?.sent.framesEncoded).toBe(0)
    expect(await ada.lights()).toBe(0)

    await ada.press('Camera')
    await seesColour(bea, 'red')
    await hangUp(ada, bea)
  })
})

describe('fast presses', () => {
  it('F02: of mute, 21 in a second, end in the state of the last one', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea)
    await pressTimes(ada, 'Microphone', 21, 48)
    await peerMuted(bea).waitFor()
    await fallsSilent(bea)
    expect(await isPressed(ada, 'Microphone')).toBe(false)
    expect((await line(ada, 'audio'))?.track?.enabled ?? false).toBe(false)
    await isSilent(bea, 1000)

    await pressTimes(ada, 'Microphone', 21, 48)
    await isHeard(bea)
    await peerMuted(bea).waitFor({ state: 'detached' })
    expect(await isPressed(ada, 'Microphone')).toBe(true)
    expect((await line(ada, 'audio'))?.track).toMatchObject({ enabled: true, readyState: 'live' })
    await hangUp(ada, bea)
  })

  it('F02: of the camera, 21 in a second, end in the state of the last one', async (test) => {
    const [ada, bea] = await stage.two(test, { behaviours: { camera: opensAfter(120) } })
    await talk(ada, bea)
    await pressTimes(ada, 'Camera', 21, 48)
    await receivesPicture(bea, 'camera')
    await showsPicture(bea, 'on').waitFor()
    expect(await isPressed(ada, 'Camera')).toBe(true)
    await expect.poll(() => ada.lights()).toBe(1)

    await pressTimes(ada, 'Camera', 21, 48)
    await showsPicture(bea, 'off').waitFor()
    expect(await isPressed(ada, 'Camera')).toBe(false)
    await expect.poll(() => ada.lights()).toBe(0)
    expect(await mostAtOnce(ada)).toBe(1)
    await sendsNoPicture(ada, 'camera')
    await hangUp(ada, bea)
  })

  it('F02: of both end in the state of the last ones while the connection restarts', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea)
    await Promise.all([
      restartsIce(ada),
      pressTimes(ada, 'Microphone', 21, 48),
      pressTimes(ada, 'Camera', 21, 48),
    ])
    await peerMuted(bea).waitFor()
    await receivesPicture(bea, 'camera')
    await fallsSilent(bea)
    expect(await isPressed(ada, 'Microphone')).toBe(false)
    expect(await isPressed(ada, 'Camera')).toBe(true)
    await expect.poll(() => ada.lights()).toBe(1)
    expect(await mostAtOnce(ada)).toBe(1)
    await hangUp(ada, bea)
  })
})

describe('the mute button', () => {
  it('F04: waits for neither the server nor a list of devices', async (test) => {
    const proxy = await Proxy.before(stage.server.url)
    test.onTestFinished(async () => proxy.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', proxy.url, {}),
      stage.person(test, 'Bea', undefined, {}),
    ])
    await talk(ada, bea)
    await ada.hardware.script('list', waits)
    proxy.cut()
    await bea.call.getByText('Lost touch with the server').waitFor()
    const sends = await button(ada, 'Microphone').evaluate((button: HTMLElement) => {
      const isSound = ({ track }: RTCRtpSender) =>
        track?.kind === 'audio' && track.readyState === 'live' && track.enabled
      const sends = () =>
        window.parleyKit.held
          .connections()
          .some((connection) => connection.getSenders().some(isSound))
      const before = sends()
      button.click()
      return { before, after: sends() }
    })
    expect(sends).toEqual({ before: true, after: false })
    await fallsSilent(bea)
    // This message goes from device to device.
    await peerMuted(bea).waitFor()
    proxy.heal()
    await bea.call.getByText('Lost touch with the server').waitFor({ state: 'detached' })
    await peerMuted(bea).waitFor()
    await isSilent(bea, 500)
    await hangUp(bea, ada)
  })
})

describe('a camera that is turned off', () => {
  it('F06: turns its light off, and is visible again, every time', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea, 'video')
    await seesColour(bea, 'red')
    const described = await Promise.all([countsDescriptions(ada), countsDescriptions(bea)])
    for (let turn = 0; turn < 10; ++turn) {
      await ada.press('Camera')
      expect(await ada.lights()).toBe(0)
      await showsPicture(bea, 'off').waitFor()
      await sendsNoPicture(ada, 'camera', turn === 0 ? 2000 : 500)
      await ada.press('Camera')
      await showsPicture(bea, 'on').waitFor()
      await receivesPicture(bea, 'camera')
    }
    // None of the twenty changes needs a new session description.
    for (const count of described) expect(await count()).toBe(0)
    await hangUp(ada, bea)
  })

  it('F06: shows no old frame when it is turned on again', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea, 'video')
    await seesColour(bea, 'red')
    await ada.press('Camera')
    await showsPicture(bea, 'off').waitFor()
    // A red frame after this moment was captured before.
    await ada.hardware.plug(camB)
    await ada.hardware.unplug('cam-a')
    await sendsNoPicture(ada, 'camera', 2000)
    await bea.watchFrames({
      view: { selector: '.parley-call', attribute: 'data-view' },
      colour: { selector: '.parley-remote-video', colour: true },
    })
    await ada.press('Camera')
    await seesColour(bea, 'blue')
    await bea.page.locator('.parley-call[data-view="camera"]').waitFor()
    const seen = (await bea.framesSeen()).filter(({ view }) => view === 'camera')
    expect(seen.at(-1)).toMatchObject({ colour: 'blue' })
    expect(seen.map(({ colour }) => colour)).not.toContain('red')
    await hangUp(ada, bea)
  })

  it('F06: turns its light off without a server', async (test) => {
    const proxy = await Proxy.before(stage.server.url)
    test.onTestFinished(async () => proxy.stop())
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', proxy.url, {}),
      stage.person(test, 'Bea', undefined, {}),
    ])
    await talk(ada, bea, 'video')
    await seesColour(bea, 'red')
    proxy.cut()
    await bea.call.getByText('Lost touch with the server').waitFor()
    await ada.press('Camera')
    expect(await ada.lights()).toBe(0)
    await showsPicture(bea, 'off').waitFor()
    await sendsNoPicture(ada, 'camera')
    await ada.press('Camera')
    await Promise.all([receivesPicture(bea, 'camera'), showsPicture(bea, 'on').waitFor()])
    proxy.heal()
    await bea.call.getByText('Lost touch with the server').waitFor({ state: 'detached' })
    await bea.showsPicture()
    await hangUp(bea, ada)
  })
})

describe('a camera that is slow to open', () => {
  for (const afterMs of [50, 300, 1000, 3000]) {
    it(`F07: ${String(afterMs)} ms, and is off by then, stays off`, async (test) => {
      const [ada, bea] = await stage.two(test, { behaviours: { camera: opensAfter(afterMs) } })
      await talk(ada, bea)
      await pressTimes(ada, 'Camera', 4, Math.min(40, afterMs / 8))
      await settled(ada)
      expect(await ada.lights()).toBe(0)
      await stoppedInTime(ada)
      await pressTimes(ada, 'Camera', 3, Math.min(40, afterMs / 8))
      await settled(ada)
      await receivesPicture(bea, 'camera')
      expect(await ada.lights()).toBe(1)
      await hangUp(ada, bea)
    })
  }

  it('F07: longer than the call, turns its light off as soon as it opens', async (test) => {
    const [ada, bea] = await stage.two(test, { behaviours: { camera: waits } })
    await talk(ada, bea)
    await ada.press('Camera')
    await expect.poll(async () => (await ada.hardware.requests()).length).toBe(2)
    await hangUp(ada, bea)
    expect(await ada.hardware.grant()).toBe(1)
    await settled(ada)
    await stoppedInTime(ada)
    await ada.holdsNothing()
  })

  /** No request is open. */
  async function settled(person: Person): Promise<void> {
    await expect
      .poll(async () =>
        (await person.hardware.requests()).every(({ outcome }) => outcome !== undefined),
      )
      .toBe(true)
    // The request settles in a task of its own.
    await person.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 150)))
  }
  /** Every camera that is off was stopped as soon as it opened. */
  async function stoppedInTime(person: Person): Promise<void> {
    const off = (await person.tracks()).filter(({ kind, live }) => kind === 'video' && !live)
    expect(off).not.toEqual([])
    expect(off.filter(({ livedOn }) => livedOn)).toEqual([])
  }
})

describe('the first camera in a call that began with sound only', () => {
  for (const who of ['the caller', 'the callee', 'both'] as const) {
    it(`F08: of ${who} is visible, every time`, async (test) => {
      const [ada, bea] = await stage.two(test, {})
      await talk(ada, bea)
      const showing = who === 'the caller' ? [ada] : who === 'the callee' ? [bea] : [ada, bea]
      const watching = who === 'the caller' ? [bea] : who === 'the callee' ? [ada] : [ada, bea]
      const sound = (await line(ada, 'audio'))?.currentDirection
      for (let turn = 0; turn < 3; ++turn) {
        await Promise.all(showing.map((person) => person.press('Camera')))
        await Promise.all(watching.map((person) => seesColour(person, 'red')))
        await Promise.all([isHeard(ada), isHeard(bea)])
        await Promise.all(showing.map((person) => person.press('Camera')))
        await Promise.all(watching.map((person) => showsPicture(person, 'off').waitFor()))
      }
      expect((await line(ada, 'audio'))?.currentDirection).toBe(sound)
      await hangUp(ada, bea)
    })
  }

  it('F08: is visible after the permission was denied at first', async (test) => {
    const [ada, bea] = await stage.two(test, { behaviours: { camera: fails('NotAllowedError') } })
    await talk(ada, bea)
    for (const [showing, watching] of [
      [ada, bea],
      [bea, ada],
    ] as const) {
      await showing.press('Camera')
      await showing.page
        .locator('.parley-notes')
        .getByText(/camera/i)
        .first()
        .waitFor()
      expect(await isPressed(showing, 'Camera')).toBe(false)
      await isHeard(watching)
      await showing.hardware.script('camera')
      await showing.press('Camera')
      await seesColour(watching, 'red')
    }
    await hangUp(ada, bea)
  })
})

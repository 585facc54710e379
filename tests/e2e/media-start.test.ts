// Microphones and cameras that are not available when a call begins: the call continues with the
// devices it has, names the problem and the next step.
import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../web/packages/client/src/generated/errors'
import type { Person } from './support/browser'
import {
  camA,
  camB,
  fails,
  micA,
  micB,
  speakerA,
  waits,
  type HardwareOptions,
} from './support/faults'
import { hearsTone, isHeard, line, receivesPicture, seesColour } from './support/rtp'
import { everyWord, notes, sign, stands, tells } from './support/shown'
import { hangUp, Stage } from './support/stage'

const stage = Stage.open()

/** A video call, with or without sound and picture. */
async function meet(caller: Person, callee: Person, answer = 'Answer with video'): Promise<void> {
  await caller.dial(callee.name, 'video')
  await callee.isCalled()
  await callee.press(answer)
  await Promise.all([caller.isIn('active'), callee.isIn('active')])
}

const two = async (
  test: Parameters<Stage['person']>[0],
  ada: HardwareOptions,
  bea: HardwareOptions,
): Promise<[Person, Person]> =>
  Promise.all([
    stage.person(test, 'Ada', undefined, ada),
    stage.person(test, 'Bea', undefined, bea),
  ])

type Kind = 'microphone' | 'camera'

/** How often the page requested a device of this kind. */
async function askedFor(person: Person, kind: Kind): Promise<number> {
  const wanted = kind === 'microphone' ? 'audio' : 'video'
  return (await person.hardware.requests()).filter(({ constraints }) =>
    Boolean((constraints as MediaStreamConstraints)[wanted]),
  ).length
}

const openedMicrophones = async (person: Person) =>
  (await person.tracks()).filter(({ kind, clone }) => kind === 'audio' && !clone).length

describe('a device that the person does not allow', () => {
  const tables = {
    'the microphone': ['microphone'],
    'the camera': ['camera'],
    both: ['microphone', 'camera'],
  } as const
  for (const [what, denied] of Object.entries(tables)) {
    for (const who of ['caller', 'callee'] as const) {
      it(`E01: ${what}, of the ${who}, is named, and the call goes on without`, async (test) => {
        const permissions = { microphone: 'granted', camera: 'granted' } as Record<
          Kind,
          PermissionState
        >
        for (const kind of denied) permissions[kind] = 'denied'
        const [ada, bea] = await two(
          test,
          who === 'caller' ? { permissions } : {},
          who === 'callee' ? { permissions } : {},
        )
        const [one, other] = who === 'caller' ? [ada, bea] : [bea, ada]
        await meet(ada, bea)
        await tells(one, ...denied.map((kind) => `device/${kind}-denied` as const))
        for (const kind of ['microphone', 'camera'] as const) {
          const isDenied = denied.includes(kind as never)
          const button = kind === 'microphone' ? 'Microphone' : 'Camera'
          await stands(one, button, !isDenied)
          if (isDenied) {
            await sign(other, `${button} not working`).waitFor()
            // One request for both, one for this device alone: the page makes no other request by
            // itself.
            expect(await askedFor(one, kind)).toBeLessThanOrEqual(2)
          }
        }
        // The side without a microphone still hears the other.
        await Promise.all([isHeard(one), receivesPicture(one, 'camera')])
        if (!denied.includes('microphone' as never)) await isHeard(other)
        if (!denied.includes('camera' as never)) await receivesPicture(other, 'camera')

        for (const kind of denied) await one.hardware.permit(kind, 'granted')
        await isHeard(other)
        await hangUp(ada, bea)
        expect([...ada.complaints, ...bea.complaints]).toEqual([])
      })
    }
  }
})

describe('a browser prompt that is closed without an answer', () => {
  it('E01: removes the camera, and keeps the allowed microphone', async (test) => {
    const [ada, bea] = await two(
      test,
      { permissions: { microphone: 'granted', camera: 'prompt' } },
      {},
    )
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await expect.poll(() => ada.hardware.dismiss()).toBe(1)
    await bea.press('Answer with video')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await Promise.all([isHeard(bea), receivesPicture(ada, 'camera')])
    await tells(ada, 'device/camera-dismissed')
    await stands(ada, 'Microphone', true)
    await stands(ada, 'Camera', false)
    expect(await ada.asked()).toBe(2)
    await hangUp(ada, bea)
  })
})

it('E02: a camera that never opens does not delay the microphone', async (test) => {
  const [ada, bea] = await two(test, { behaviours: { camera: waits } }, {})
  await meet(ada, bea)
  await Promise.all([isHeard(bea), receivesPicture(ada, 'camera')])
  await hangUp(ada, bea)
  expect(await ada.hardware.grant()).toBe(1)
  await expect.poll(() => ada.lights()).toBe(0)
  await ada.holdsNothing()
})

describe('a camera that fails', () => {
  const codes = {
    NotFoundError: 'device/camera-missing',
    NotReadableError: 'device/camera-busy',
    AbortError: 'device/camera-busy',
    OverconstrainedError: 'device/camera-unsuitable',
  } as const
  for (const [name, code] of Object.entries(codes)) {
    it(`E02: with ${name} leaves the sound, and works with a later press`, async (test) => {
      const camera = fails(name, name === 'OverconstrainedError' ? { constraint: 'width' } : {})
      const [ada, bea] = await two(test, { behaviours: { camera } }, { behaviours: { camera } })
      // When dialing and when answering.
      await meet(ada, bea)
      for (const person of [ada, bea]) {
        await tells(person, code)
        await stands(person, 'Camera', false)
        await sign(person, 'Camera not working').waitFor()
        await isHeard(person)
      }
      for (const person of [ada, bea]) {
        await person.hardware.script('camera')
        await person.press('Camera')
      }
      await Promise.all([seesColour(ada, 'red'), seesColour(bea, 'red')])
      await Promise.all([tells(ada), tells(bea)])

      // During a call.
      await ada.press('Camera')
      await stands(ada, 'Camera', false)
      await ada.hardware.script('camera', camera)
      await ada.press('Camera')
      await tells(ada, code)
      await sign(bea, 'Camera not working').waitFor()
      await isHeard(bea)
      await ada.hardware.script('camera')
      await ada.press('Camera')
      await receivesPicture(bea, 'camera')
      await tells(ada)
      for (const person of [ada, bea]) expect(await openedMicrophones(person)).toBe(1)
      await hangUp(ada, bea)
    })
  }
})

describe('a computer without devices', () => {
  const noMicrophone = [camA, speakerA]
  const tables: readonly (readonly [string, typeof noMicrophone])[] = [
    ['no microphone', noMicrophone],
    ['neither microphone nor camera', []],
  ]
  for (const [what, devices] of tables) {
    for (const who of ['caller', 'callee', 'both'] as const) {
      const title = who === 'both' ? 'both sides' : `the ${who}`
      it(`E03: ${what} on ${title}: receives sound and picture, and sends sound once a microphone is plugged in`, async (test) => {
        const lacking = { devices }
        const [ada, bea] = await two(
          test,
          who === 'callee' ? {} : lacking,
          who === 'caller' ? {} : lacking,
        )
        await meet(ada, bea)
        const without = who === 'both' ? [ada, bea] : who === 'caller' ? [ada] : [bea]
        const peerOf = (person: Person) => (person === ada ? bea : ada)
        for (const person of without) {
          const missing: readonly ErrorCode[] =
            devices.length === 0
              ? ['device/microphone-missing', 'device/camera-missing']
              : ['device/microphone-missing']
          await tells(person, ...missing)
          expect((await line(person, 'audio'))?.currentDirection).toBe('sendrecv')
          expect((await line(person, 'camera'))?.currentDirection).toBe('sendrecv')
          if (devices.length > 0) await receivesPicture(peerOf(person), 'camera')
          if (who === 'both') continue
          await Promise.all([isHeard(person), seesColour(person, 'red')])
        }
        const opened = await Promise.all([ada.opened(), bea.opened()])
        for (const person of without) {
          await person.hardware.plug(micB)
          await hearsTone(peerOf(person), 1000)
          await stands(person, 'Microphone', true)
        }
        expect(await Promise.all([ada.opened(), bea.opened()])).toEqual(opened)
        await hangUp(ada, bea)
      })
    }
  }
})

it('E03: a microphone that the browser does not name yet is found, and requested', async (test) => {
  const permissions = { microphone: 'prompt', camera: 'granted' } as const
  const [ada, bea] = await two(test, { permissions, devices: [camA] }, {})
  await meet(ada, bea)
  await tells(ada, 'device/microphone-missing')
  const before = await ada.asked()
  await ada.hardware.plug(micB)
  await expect.poll(() => ada.asked()).toBe(before + 1)
  expect(await ada.hardware.grant()).toBe(1)
  await hearsTone(bea, 1000)
  await hangUp(ada, bea)
})

/** Every name that browsers give such a failure: current, old, and one unknown name. */
const table: readonly (readonly [string, string])[] = [
  ['NotAllowedError', 'denied'],
  ['PermissionDeniedError', 'denied'],
  ['SecurityError', 'blocked'],
  ['NotFoundError', 'missing'],
  ['DevicesNotFoundError', 'missing'],
  ['NotReadableError', 'busy'],
  ['TrackStartError', 'busy'],
  ['AbortError', 'busy'],
  ['OverconstrainedError', 'unsuitable'],
  ['ConstraintNotSatisfiedError', 'unsuitable'],
  ['TypeError', 'failed'],
  ['InvalidStateError', 'failed'],
  ['NotSupportedError', 'failed'],
  ['UnknownError', 'failed'],
  ['FutureError', 'failed'],
]

/** The page shows no text of the exception. */
async function isPlain(person: Person, name: string): Promise<void> {
  const words = await everyWord(person)
  for (const raw of [name, 'Error', 'Exception', 'as the test wants it']) {
    expect(words).not.toContain(raw)
  }
}

describe('the name of an exception', () => {
  // The server limits the calls that one person makes in a row.
  for (const [which, names] of [
    ['old or new', table.slice(0, 8)],
    ['rare or unknown', table.slice(8)],
  ] as const) {
    it(`E04: ${which}, is one sentence of the catalogue when a call begins`, async (test) => {
      const [ada, bea] = await two(test, {}, {})
      for (const [name, trouble] of names) {
        for (const kind of ['microphone', 'camera']) await ada.hardware.script(kind, fails(name))
        await ada.dial(bea.name, 'video')
        await bea.isCalled()
        await tells(
          ada,
          `device/microphone-${trouble}` as ErrorCode,
          `device/camera-${trouble}` as ErrorCode,
        )
        await isPlain(ada, name)
        await ada.press('Hang up')
        await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
        await ada.holdsNothing()
        await Promise.all([ada.putsAway(), bea.putsAway()])
      }
      const reasons = (await ada.records()).map(({ reason }) => reason)
      expect(reasons).toEqual(names.map(() => 'cancelled'))
      expect(ada.complaints).toEqual([])
    })
  }

  it('E04: is one sentence of the catalogue in a call', async (test) => {
    const failing = { behaviours: { microphone: fails('NotFoundError') } }
    const [ada, bea] = await two(test, failing, {})
    await meet(ada, bea)
    await tells(ada, 'device/microphone-missing')
    await ada.press('Camera')
    await stands(ada, 'Camera', false)
    for (const [name, trouble] of table) {
      for (const kind of ['microphone', 'camera']) await ada.hardware.script(kind, fails(name))
      await ada.press('Microphone')
      await ada.press('Camera')
      await tells(
        ada,
        `device/microphone-${trouble}` as ErrorCode,
        `device/camera-${trouble}` as ErrorCode,
      )
      await isPlain(ada, name)
    }
    await hangUp(ada, bea)
    expect(ada.complaints).toEqual([])
  })

  it('E04: of a screen is one sentence of the catalogue, or nothing when the person cancels', async (test) => {
    const [ada, bea] = await two(test, {}, {})
    await meet(ada, bea)
    const denied = 'Permission denied by system'
    const screens: readonly (readonly [string, string | undefined, ErrorCode | undefined])[] = [
      ['NotAllowedError', undefined, undefined],
      ['AbortError', undefined, undefined],
      ['NotAllowedError', denied, 'device/screen-denied'],
      ['NotReadableError', undefined, 'device/screen-failed'],
      ['NotFoundError', undefined, 'device/screen-failed'],
      ['InvalidStateError', undefined, 'device/screen-failed'],
      ['OverconstrainedError', undefined, 'device/screen-failed'],
      ['TypeError', undefined, 'device/screen-failed'],
      ['FutureError', undefined, 'device/screen-failed'],
      ['NotSupportedError', undefined, 'device/screen-unsupported'],
    ]
    for (const [index, [name, message, code]] of screens.entries()) {
      await ada.screen.script(fails(name, message === undefined ? {} : { message }))
      await ada.press('Share screen')
      await expect
        .poll(async () => (await ada.screen.requests()).map(({ outcome }) => outcome))
        .toEqual(screens.slice(0, index + 1).map(([outcome]) => outcome))
      await tells(ada, ...(code === undefined ? [] : [code]))
      await stands(ada, 'Share screen', false)
      await isPlain(ada, name)
    }
    await Promise.all([isHeard(ada), isHeard(bea)])
    await hangUp(ada, bea)
  })

  it('E04: is not needed on a page that is not secure', async (test) => {
    const [ada, bea] = await two(test, {}, {})
    await ada.page.addInitScript(() => {
      Object.defineProperty(window, 'isSecureContext', { value: false })
      Object.defineProperty(navigator, 'mediaDevices', { value: undefined })
    })
    await ada.page.reload()
    await meet(ada, bea)
    await tells(ada, 'device/insecure-page')
    await Promise.all([isHeard(ada), receivesPicture(ada, 'camera')])
    await hangUp(ada, bea)
  })
})

describe('a device that was chosen', () => {
  const remembered = (person: Person) =>
    person.page.evaluate(() =>
      ['microphone', 'camera'].map((kind) => localStorage.getItem(`parley.device.${kind}`)),
    )
  async function remembers(person: Person, microphone: string, camera: string): Promise<void> {
    await person.page.evaluate(
      (ids) => {
        localStorage.setItem('parley.device.microphone', ids[0] ?? '')
        localStorage.setItem('parley.device.camera', ids[1] ?? '')
      },
      [microphone, camera],
    )
    await person.page.reload()
    await person.page.getByLabel('Search people').waitFor()
  }

  it('E05: and is unplugged is skipped, and the other choice is kept', async (test) => {
    const [ada, bea] = await two(test, { devices: [micA, micB, camA, speakerA] }, {})
    await remembers(ada, 'mic-b', 'cam-b')
    await meet(ada, bea)
    await Promise.all([hearsTone(bea, 1000), seesColour(bea, 'red')])
    const note = "Built-in camera is in use: the one you chose can't be had. It is not plugged in."
    await expect.poll(() => notes(ada)).toEqual([note])
    expect(await remembered(ada)).toEqual(['mic-b', 'cam-b'])
    await hangUp(ada, bea)
  })

  it('E05: and was unplugged is used as soon as it is plugged in', async (test) => {
    const [ada, bea] = await two(test, {}, {})
    await remembers(ada, 'mic-b', 'cam-b')
    await meet(ada, bea)
    await Promise.all([hearsTone(bea, 500), seesColour(bea, 'red')])
    await ada.hardware.plug(micB, camB)
    await Promise.all([hearsTone(bea, 1000), seesColour(bea, 'blue')])
    await expect.poll(() => notes(ada)).toEqual([])
    await hangUp(ada, bea)
  })

  it('E05: and can not meet the request is requested with less', async (test) => {
    const tooMuch = fails('OverconstrainedError', { constraint: 'width', times: 2 })
    const hardware = {
      devices: [micA, micB, camA, camB, speakerA],
      behaviours: { 'cam-b': tooMuch },
    }
    const [ada, bea] = await two(test, hardware, {})
    await remembers(ada, 'mic-b', 'cam-b')
    await meet(ada, bea)
    await Promise.all([hearsTone(bea, 1000), seesColour(bea, 'blue')])
    await stands(ada, 'Camera', true)
    expect(await remembered(ada)).toEqual(['mic-b', 'cam-b'])
    await hangUp(ada, bea)
  })
})

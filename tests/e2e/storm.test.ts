// Two people press controls at random, over a network that loses packets and breaks their sockets:
// in the end both interfaces show what is really sent. tools/lossy.sh makes the network and sets
// the loss. PARLEY_SEED repeats a run.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { camA, camB, micA, micB, speakerA, speakerB } from './support/faults'
import { Proxy } from './support/proxy'
import { line, sampledEveryMs } from './support/rtp'
import { isPressed, sign } from './support/shown'
import { hangUp, Stage, talk } from './support/stage'

const loss = Number(process.env['PARLEY_LOSS_PERCENT'] ?? 0) / 100
const PRESSES_EACH = 250
const SETTLES_WITHIN_MS = 40_000

/** Mulberry32: the same numbers for the same seed, everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Presses a control of the call; false if it is not on the page. */
function presses(person: Person, name: string): Promise<boolean> {
  return person.page.evaluate((wanted) => {
    const buttons = [...document.querySelectorAll<HTMLElement>('.parley-controls button')]
    const button = buttons.find(
      (one) => (one.getAttribute('aria-label') ?? one.innerText.trim()) === wanted,
    )
    button?.click()
    return button !== undefined
  }, name)
}

/** Chooses a random device of a menu. */
async function takesDevice(person: Person, menu: string, at: number): Promise<boolean> {
  if (!(await presses(person, menu))) return false
  return person.page.evaluate(async (share) => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const entries = [...document.querySelectorAll<HTMLElement>('[role=menuitemradio]')]
    const entry = entries[Math.floor(share * entries.length)]
    entry?.click()
    return entry !== undefined
  }, at)
}

async function storms(person: Person, random: () => number): Promise<void> {
  for (let done = 0; done < PRESSES_EACH;) {
    const dice = random()
    const choice = random()
    const pressed =
      dice < 0.35
        ? presses(person, 'Microphone')
        : dice < 0.6
          ? presses(person, 'Camera')
          : dice < 0.72
            ? presses(person, 'Hold')
            : dice < 0.84
              ? presses(person, 'Share screen')
              : dice < 0.92
                ? takesDevice(person, 'Choose microphone and speaker', choice)
                : takesDevice(person, 'Choose a camera', choice)
    if (await pressed) done += 1
    await pause(10 + random() * 120)
  }
}

/** Breaks the connection to the server repeatedly until the storm is over; returns how often. */
async function breaks(proxy: Proxy, random: () => number, isOver: () => boolean): Promise<number> {
  let cuts = 0
  while (!isOver()) {
    await pause(1500 + random() * 3000)
    proxy.cut()
    cuts += 1
    await pause(100 + random() * 1200)
    proxy.heal()
  }
  return cuts
}

type Shown = {
  readonly microphone: boolean
  readonly camera: boolean
  readonly screen: boolean
  readonly held: boolean
}
async function shown(person: Person): Promise<Shown> {
  const [microphone, camera, screen, held] = await Promise.all(
    ['Microphone', 'Camera', 'Share screen', 'Hold'].map((name) => isPressed(person, name)),
  )
  return { microphone: !!microphone, camera: !!camera, screen: !!screen, held: !!held }
}

/** The media that arrives from one at the other in this time. */
async function passes(from: Person, to: Person, ms: number) {
  const frames = async (person: Person, kind: 'camera' | 'screen') => {
    const found = await line(person, kind)
    return [found?.sent.framesEncoded ?? 0, found?.received.framesDecoded ?? 0] as const
  }
  const count = async () => ({
    camera: [(await frames(from, 'camera'))[0], (await frames(to, 'camera'))[1]] as const,
    screen: [(await frames(from, 'screen'))[0], (await frames(to, 'screen'))[1]] as const,
  })
  const before = await count()
  const heard = await sampledEveryMs(20, to, () => pause(ms))
  const after = await count()
  const grew = (kind: 'camera' | 'screen', side: 0 | 1) => after[kind][side] > before[kind][side]
  return {
    sound: heard.loudest > 1e-3,
    camera: { sent: grew('camera', 0), received: grew('camera', 1) },
    screen: { sent: grew('screen', 0), received: grew('screen', 1) },
  }
}

/** The differences between what one sends, what they see of it and what the other sees of it. */
async function differences(from: Person, to: Person): Promise<readonly string[]> {
  const [mine, theirs, passed] = await Promise.all([shown(from), shown(to), passes(from, to, 1500)])
  const held = mine.held || theirs.held
  const signs = await Promise.all(
    ['Muted', 'Camera off', 'Sharing their screen'].map((text) => sign(to, text).count()),
  )
  const picture = await to.call.getAttribute('data-picture')
  const said = {
    sound: mine.microphone && !held,
    camera: mine.camera && !held,
    screen: mine.screen && !held,
  }
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['sound that arrives', passed.sound, said.sound],
    ['frames of the camera that leave', passed.camera.sent, said.camera],
    ['frames of the camera that arrive', passed.camera.received, said.camera],
    ['frames of the screen that leave', passed.screen.sent, said.screen],
    ['frames of the screen that arrive', passed.screen.received, said.screen],
    ['the picture that is shown', picture === 'on', said.camera],
    // Nothing more is compared in a held call.
    ['the sign of the microphone', signs[0] === 0, held || mine.microphone],
    ['the sign of the camera', signs[1] === 0, held || mine.camera],
    ['the sign of the screen', (signs[2] ?? 0) > 0, said.screen],
  ]
  return facts
    .filter(([, fact, expected]) => fact !== expected)
    .map(([what, fact]) => `${from.name}: ${what}: ${String(fact)}, ${JSON.stringify(mine)}`)
}

async function agree(ada: Person, bea: Person, message: string): Promise<void> {
  const now = async () => (await Promise.all([differences(ada, bea), differences(bea, ada)])).flat()
  // Twice in a row, to exclude chance.
  const twice = async () => {
    const differing = await now()
    return differing.length > 0 ? differing : now()
  }
  await expect.poll(twice, { timeout: SETTLES_WITHIN_MS, interval: 100, message }).toEqual([])
}

describe.runIf(loss > 0)(`a storm of presses, with ${String(loss * 100)} % loss`, () => {
  const stage = Stage.open()

  it('F02: ends with an interface that shows what is sent', { timeout: 240_000 }, async (test) => {
    const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    const stormed = `storm: PARLEY_SEED=${String(seed)}`
    console.log(stormed)
    const proxies = [await Proxy.before(stage.server.url), await Proxy.before(stage.server.url)]
    test.onTestFinished(async () => void (await Promise.all(proxies.map((one) => one.stop()))))
    const hardware = { devices: [micA, micB, camA, camB, speakerA, speakerB] }
    const [ada, bea] = await Promise.all([
      stage.person(test, 'Ada', proxies[0]?.url, hardware),
      stage.person(test, 'Bea', proxies[1]?.url, hardware),
    ])
    await talk(ada, bea, 'video')

    let over = false
    const cutting = proxies.map((proxy, index) =>
      breaks(proxy, randomFrom(seed + 10 + index), () => over),
    )
    await Promise.all([storms(ada, randomFrom(seed)), storms(bea, randomFrom(seed + 1))]).finally(
      () => {
        over = true
      },
    )
    for (const cuts of await Promise.all(cutting)) expect(cuts).toBeGreaterThanOrEqual(3)

    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await agree(ada, bea, stormed)
    // The same without delayed messages.
    for (const person of [ada, bea]) {
      const { microphone, camera, held } = await shown(person)
      if (held) await presses(person, 'Hold')
      if (!microphone) await presses(person, 'Microphone')
      if (!camera) await presses(person, 'Camera')
    }
    await agree(ada, bea, stormed)
    for (const person of [ada, bea]) {
      expect(await shown(person)).toMatchObject({ microphone: true, camera: true, held: false })
    }
    await hangUp(ada, bea)
  })
})

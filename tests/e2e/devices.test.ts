// Microphones and cameras: each opened device is closed again, and sound that the browser blocks
// starts after one gesture.
import { describe, expect, it } from 'vitest'
import type { Person } from './support/browser'
import { fails, waits } from './support/faults'
import { Onlooker } from './support/onlooker'
import { Stage, talk } from './support/stage'

const stage = Stage.open()

const cameras = async (person: Person) =>
  (await person.tracks()).filter(({ kind }) => kind === 'video')

/** The camera light was on, and goes off. */
async function goesDark(person: Person): Promise<void> {
  expect(await cameras(person), 'cameras that were opened').not.toEqual([])
  await expect.poll(() => person.lights()).toBe(0)
}
const isLit = (person: Person) => expect.poll(() => person.lights()).toBeGreaterThan(0)

describe('microphone and camera', () => {
  it('E09: are requested only when a person dials or answers', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    for (const place of ['devices', 'history', 'people']) {
      await bea.page.evaluate((where) => void (location.hash = `#/${where}`), place)
      await bea.page.getByRole('heading', { level: 1 }).waitFor()
    }
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await isLit(ada)
    expect(await bea.asked()).toBe(0)
    await bea.press('Decline')
    await ada.isIn('ended')
    expect(await bea.asked()).toBe(0)
  })
})

describe('the camera light', () => {
  for (const [how, leaves] of [
    ['stops the test', (person: Person) => person.press('Stop the test')],
    ['goes back', (person: Person) => person.page.getByRole('link', { name: 'Back' }).click()],
  ] as const) {
    it(`E09: is off after the person tries the camera ${how}`, async (test) => {
      const ada = await stage.person(test, 'Ada', undefined, {})
      await ada.page.evaluate(() => void (location.hash = '#/devices'))
      await ada.press('Test microphone and camera')
      await isLit(ada)
      await leaves(ada)
      await goesDark(ada)
      await ada.holdsNothing()
    })
  }

  it('E09: is off when the preview is left before the camera has opened', async (test) => {
    const ada = await stage.person(test, 'Ada', undefined, { behaviours: { camera: waits } })
    await ada.page.evaluate(() => void (location.hash = '#/devices'))
    await ada.press('Test microphone and camera')
    await expect.poll(async () => (await ada.hardware.requests()).length).toBe(2)
    await ada.page.getByRole('link', { name: 'Back' }).click()
    await ada.hardware.grant()
    await expect.poll(async () => (await ada.hardware.requests()).at(-1)?.outcome).toBe('granted')
    await goesDark(ada)
    await ada.holdsNothing()
  })

  it('E09: stays off when a video call is answered without video', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await bea.press('Answer')
    await Promise.all([ada.isIn('active'), bea.isIn('active')])
    await bea.sees()
    expect(await cameras(bea)).toEqual([])
    await ada.press('Hang up')
    await goesDark(ada)
    await bea.isIn('ended')
    await Promise.all([ada.holdsNothing(), bea.holdsNothing()])
  })

  it('E09: is off after a call is declined', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await isLit(ada)
    await bea.press('Decline')
    await ada.isIn('ended')
    await goesDark(ada)
    await Promise.all([ada.holdsNothing(), bea.holdsNothing()])
  })

  it('E09: is off after a call is cancelled', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await ada.dial(bea.name, 'video')
    await bea.isCalled()
    await isLit(ada)
    await ada.press('Hang up')
    await goesDark(ada)
    await Promise.all([ada.holdsNothing(), bea.holdsNothing()])
  })
})

describe('sound that the browser blocks', () => {
  it('E11: plays after one press of a button', async (test) => {
    const [ada, bea] = await stage.two(test, {})
    await talk(ada, bea)
    // Chromium plays without a gesture while a microphone is open.
    await bea.hardware.script('microphone', fails('NotReadableError'))
    const onlooker = await Onlooker.of(bea)
    await onlooker.reload()
    const buttons = `[...document.querySelectorAll('button')].filter(
      ({ innerText }) => innerText.includes('Play sound'))`
    await onlooker.tell(`void (window.most = 0, setInterval(() => {
      most = Math.max(most, ${buttons}.length)
    }, 20))`)
    await onlooker.awaits(`document.querySelector('.parley-call[data-phase="active"]')`)
    expect(await onlooker.tell('navigator.userActivation.hasBeenActive')).toBe(false)
    await onlooker.awaits(`${buttons}.length === 1`)
    const heard = () => onlooker.tell<number>('parleyKit.held.heard()')
    expect(await heard()).toBe(0)

    await onlooker.presses(`${buttons}[0]`)
    await onlooker.awaits(`${buttons}.length === 0`)
    await expect.poll(heard).toBeGreaterThan(1e-3)
    expect(await onlooker.tell('most')).toBe(1)
    await ada.press('Hang up')
    await onlooker.awaits(`document.querySelector('.parley-call[data-phase="ended"]')`)
  })
})

// Calls made with the keyboard alone, and their announcements in a screen reader.
import { expect, it } from 'vitest'
import { isAccessible } from './support/axe'
import type { Person } from './support/browser'
import { isHeard, receivesPicture, seesColour } from './support/rtp'
import { sign, stands } from './support/shown'
import { Stage, talk } from './support/stage'
import { until } from './support/until'

const stage = Stage.open()

/** The accessible name of the focused element. */
const focused = (person: Person) =>
  person.page.evaluate(() => {
    const at = document.activeElement
    return at?.getAttribute('aria-label') ?? (at as HTMLElement | null)?.innerText.trim() ?? ''
  })

/** Moves the focus to the element with this name. */
async function tabTo(person: Person, name: string): Promise<void> {
  for (let press = 0; press < 40; ++press) {
    if ((await focused(person)) === name) return
    await person.page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not get to ${name}`)
}

/** The page as a screen reader describes it. */
const tree = (person: Person) => person.page.locator('body').ariaSnapshot()

it('J04: a whole call needs no mouse', { timeout: 120_000 }, async (test) => {
  const [ada, bea] = await stage.two(test, {})
  const key = (person: Person, name: string) => person.page.keyboard.press(name)
  await tabTo(bea, 'History')

  await ada.page.getByLabel('Search people').focus()
  await ada.page.keyboard.type(bea.name)
  await ada.page.getByRole('listitem').getByText('Online', { exact: true }).waitFor()
  await tabTo(ada, `Call ${bea.name}`)
  await key(ada, 'Enter')
  await bea.isCalled()
  expect(await focused(bea)).toBe('Answer')
  // The dialog ignores keys for a moment, because a key may be meant for the page below.
  await bea.page.waitForTimeout(600)
  await key(bea, 'Enter')
  await Promise.all([ada.isIn('active'), bea.isIn('active')])
  await Promise.all([isHeard(ada), isHeard(bea)])

  await key(ada, 'm')
  await stands(ada, 'Microphone', false)
  await sign(bea, 'Muted').waitFor()
  expect(await tree(ada)).toMatch(/button "Microphone"(?! \[pressed\])/)
  await key(ada, 'm')
  await sign(bea, 'Muted').waitFor({ state: 'detached' })
  expect(await tree(ada)).toContain('button "Microphone" [pressed]')
  await key(ada, 'v')
  await seesColour(bea, 'red')
  expect(await tree(ada)).toContain('button "Camera" [pressed]')
  await key(ada, 's')
  await seesColour(bea, 'green', '.parley-screen-video')
  expect(await tree(ada)).toContain('button "Share screen" [pressed]')
  await key(ada, 's')
  await stands(ada, 'Share screen', false)
  await key(bea, 'h')
  await ada.call.getByText('You are on hold').first().waitFor()
  expect(await tree(bea)).toContain('button "Hold" [pressed]')
  await key(bea, 'h')
  await stands(bea, 'Hold', false)

  await tabTo(ada, 'Choose microphone and speaker')
  await key(ada, 'ArrowDown')
  await ada.page.getByRole('menu').waitFor()
  await key(ada, 'Escape')
  await ada.page.getByRole('menu').waitFor({ state: 'detached' })
  expect(await focused(ada)).toBe('Choose microphone and speaker')

  // Small, and large again.
  await key(ada, 'Escape')
  await ada.page.locator('.parley-call-small').waitFor()
  await tabTo(ada, 'Make the call large')
  await key(ada, 'Enter')
  await ada.page.locator('.parley-call-large').waitFor()

  await tabTo(bea, 'Hang up')
  await key(bea, 'Enter')
  await Promise.all([ada.isIn('ended'), bea.isIn('ended')])
  for (const person of [ada, bea]) {
    await key(person, 'Escape')
    await person.call.waitFor({ state: 'detached' })
    await person.holdsNothing()
    expect(await person.records()).toMatchObject([{ reason: 'completed' }])
  }
  expect(await focused(ada)).toBe(`Call ${bea.name}`)
  expect(await focused(bea)).toBe('History')
})

it('J04: a caller is announced once, also while the person types', async (test) => {
  const [ada, bea] = await stage.two(test, {})
  /** How often an alert has appeared since. */
  const alerts = async (person: Person) => {
    await person.page.evaluate(() => {
      let count = 0
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const node of addedNodes) {
            if (!(node instanceof Element)) continue
            if (node.matches('[role=alert]') || node.querySelector('[role=alert]')) count += 1
          }
        }
        document.documentElement.dataset['alerts'] = String(count)
      }).observe(document, { childList: true, subtree: true })
    })
    return () => person.page.evaluate(() => Number(document.documentElement.dataset['alerts'] ?? 0))
  }
  const told = await alerts(bea)
  await tabTo(bea, 'History')
  await ada.dial(bea.name, 'video')
  await bea.isCalled()
  expect(await tree(bea)).toContain(`dialog "Incoming video call ${ada.name}"`)
  expect(await told()).toBe(0)
  await ada.press('Hang up')
  await bea.isIn('ended')
  await Promise.all([ada.putsAway(), bea.putsAway()])

  await bea.page.getByLabel('Search people').focus()
  await bea.page.keyboard.type('so')
  await ada.dial(bea.name, 'audio')
  await bea.isCalled()
  await bea.page.keyboard.type('me')
  const announced = `${ada.name} is calling you: audio call.`
  expect((await tree(bea)).split(announced)).toHaveLength(2)
  expect(await told()).toBe(1)
  expect(await bea.page.getByLabel('Search people').inputValue()).toBe('some')
  await ada.press('Hang up')
  await bea.page.getByRole('dialog', { name: /^Incoming/ }).waitFor({ state: 'detached' })
  await Promise.all([ada.holdsNothing(), bea.holdsNothing()])
  expect(await bea.records()).toMatchObject([{ reason: 'cancelled' }, { reason: 'cancelled' }])
})

it('J04: axe finds no problem in any view of a call', { timeout: 180_000 }, async (test) => {
  const [ada, bea] = await stage.two(test, {})
  const goTo = (person: Person, place: string) =>
    person.page.evaluate((where) => void (location.hash = `#/${where}`), place)
  await isAccessible(ada, 'people')
  await ada.page.getByRole('button', { name: /^Settings for/ }).click()
  await isAccessible(ada, 'settings')
  await ada.page.keyboard.press('Escape')
  await goTo(ada, 'devices')
  await ada.press('Test microphone and camera')
  await ada.page.getByLabel('Picture of your camera').first().waitFor()
  await isAccessible(ada, 'devices')
  await goTo(ada, 'people')

  await ada.dial(bea.name, 'audio')
  await bea.isCalled()
  await Promise.all([isAccessible(ada, 'ringing'), isAccessible(bea, 'incoming')])
  await bea.press('Answer')
  await Promise.all([ada.isIn('active'), bea.isIn('active')])
  await isHeard(bea)
  await isAccessible(ada, 'active audio')
  await ada.press('Microphone')
  await ada.call.locator('.parley-muted').getByText('hears nothing').waitFor()
  await Promise.all([isAccessible(ada, 'muted'), isAccessible(bea, 'the other side is muted')])
  await ada.press('Microphone')
  await Promise.all([ada.press('Camera'), bea.press('Camera')])
  await Promise.all([receivesPicture(ada, 'camera'), receivesPicture(bea, 'camera')])
  await isAccessible(ada, 'active video')
  await ada.press('Choose microphone and speaker')
  await ada.page.getByRole('menu').waitFor()
  await isAccessible(ada, 'menu of devices')
  await ada.page.keyboard.press('Escape')
  await ada.press('Share screen')
  await seesColour(bea, 'green', '.parley-screen-video')
  await Promise.all([isAccessible(ada, 'sharing'), isAccessible(bea, 'a shared screen')])
  await ada.press('Hang up')
  await ada.isIn('ended')
  await isAccessible(ada, 'ended')
  await ada.putsAway()
  await goTo(ada, 'history')
  await ada.page.getByText('Outgoing call').first().waitFor()
  await isAccessible(ada, 'history')
})

it('J04: a reconnecting call is announced, and axe finds no problem', async (test) => {
  const [ada, bea] = await stage.two(test, {})
  await talk(ada, bea, 'video')
  await bea.crash()
  await ada.isIn('reconnecting')
  expect(await tree(ada)).toMatch(/status:\n *- paragraph: Reconnecting…/)
  await isAccessible(ada, 'reconnecting')
  await ada.press('Hang up')
  await ada.isIn('ended')
  expect(await tree(ada)).toMatch(/status:\n *- paragraph: Call ended/)
  await ada.holdsNothing()
  // The other side is gone and can't confirm the end, so the call ends here before the server hears
  // of it.
  await until(
    () => ada.records(),
    (records) => expect(records).toMatchObject([{ reason: 'completed' }]),
  )
})

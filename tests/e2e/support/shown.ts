// What the interface shows of a call.
import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { errors, type ErrorCode } from '../../../web/packages/client/src/generated/errors'
import type { Person } from './browser'
import { until } from './until'

/** The state of a switch, as a screen reader reads it. */
export async function isPressed(person: Person, name: string): Promise<boolean> {
  const button = person.call.getByRole('button', { name, exact: true })
  return (await button.getAttribute('aria-pressed')) === 'true'
}

/** Waits until a switch has this state. */
export async function stands(person: Person, name: string, pressed: boolean): Promise<void> {
  await until(
    () => isPressed(person, name),
    (now) => expect(now, name).toBe(pressed),
  )
}

/** An icon for the other side: of its microphone, its camera, its device. */
export function sign(person: Person, text: string): Locator {
  return person.page.locator('.parley-peer').getByText(text)
}

/** Waits until the notes show exactly this text of the error catalogue. */
export async function tells(person: Person, ...codes: readonly ErrorCode[]): Promise<void> {
  const sentences = codes.map((code) => `${errors[code].sentence} ${errors[code].nextStep}`)
  await until(
    () => notes(person),
    (told) => expect(told).toEqual(sentences.map(straight)),
  )
}

/** Every note, as one line of text. */
export async function notes(person: Person): Promise<readonly string[]> {
  return (await person.page.locator('.parley-note-text').allInnerTexts()).map(straight)
}

/** All text of the page, with tooltips and accessible names. */
export function everyWord(person: Person): Promise<string> {
  return person.page.evaluate(() =>
    [
      document.title,
      document.body.innerText,
      ...[...document.querySelectorAll('[title], [aria-label]')].flatMap((element) => [
        element.getAttribute('title') ?? '',
        element.getAttribute('aria-label') ?? '',
      ]),
    ].join('\n'),
  )
}

/** Opens the menu of devices beside a button and chooses a device. */
export async function choose(person: Person, menu: string, device: string): Promise<void> {
  await person.press(menu)
  await person.page
    .getByRole('menu', { name: menu })
    .getByRole('menuitemradio', { name: device })
    .click()
}

/** The checked entry of such a menu, with its detail. */
export async function checkedIn(person: Person, menu: string, group: string): Promise<string> {
  await person.press(menu)
  const entry = person.page
    .getByRole('group', { name: group, exact: true })
    .getByRole('menuitemradio', { checked: true })
  const words = (await entry.innerText()).replace(/\s+/g, ' ')
  await person.page.keyboard.press('Escape')
  return straight(words)
}

/** Counts, from now on, how often the page creates a session description. */
export async function countsDescriptions(person: Person): Promise<() => Promise<number>> {
  await person.page.evaluate(() => {
    const { prototype } = window.RTCPeerConnection
    const describe = prototype.setLocalDescription as (
      description?: RTCLocalSessionDescriptionInit,
    ) => Promise<void>
    let count = 0
    prototype.setLocalDescription = function (
      this: RTCPeerConnection,
      description?: RTCLocalSessionDescriptionInit,
    ) {
      count += 1
      document.documentElement.dataset['descriptions'] = String(count)
      return describe.call(this, description)
    }
  })
  return () =>
    person.page.evaluate(() => Number(document.documentElement.dataset['descriptions'] ?? 0))
}

/** Without the marks for the direction of a name, and with plain apostrophes. */
function straight(text: string): string {
  return text
    .replace(/[\u2066-\u2069]/g, '')
    .replaceAll('’', "'")
    .trim()
}

// The truth about media: what the connections of a page carry, whatever the app shows.
import { expect } from 'vitest'
import type { Person } from './browser'
import type { Heard, Line, LineKind } from './page/types'
import { until } from './until'

/** A level of one packet, and energy, below which there is nothing but rounding. */
const SILENT_LEVEL = 1e-3
const SILENT_ENERGY = 1e-6

/** All sections of all open connections of a page. */
export function lines(person: Person): Promise<readonly Line[]> {
  return person.page.evaluate(() => window.parleyKit.rtp.lines())
}

/** The section of this kind of the newest connection. */
export async function line(person: Person, kind: LineKind): Promise<Line | undefined> {
  return (await lines(person)).findLast((one) => one.kind === kind)
}

/** The connections of a page say once that they failed; waits until they have looked for new ways. */
export async function restartsIce(person: Person): Promise<void> {
  const ice = () => person.page.evaluate(() => window.parleyKit.rtp.ice())
  const before = await ice()
  await person.page.evaluate(() => window.parleyKit.rtp.fail())
  await until(ice, (now) => expect(now).not.toEqual(before))
}

/** Listens all the time while a test does things; tells what was heard over all connections. */
export async function sampledEveryMs(
  everyMs: number,
  person: Person,
  action: () => Promise<unknown>,
): Promise<Heard> {
  await person.page.evaluate((ms) => window.parleyKit.rtp.record(ms), everyMs)
  await action()
  return person.page.evaluate(() => window.parleyKit.rtp.recorded())
}

/** Waits until nothing is heard for so long; statistics take a second to fade out a sound. */
export async function fallsSilent(person: Person, ms = 250): Promise<void> {
  await until(
    () => sampledEveryMs(20, person, () => pause(ms)),
    (heard) => expectNothing(heard),
  )
}

/** Nothing is heard, in any moment of this time. */
export async function isSilent(person: Person, ms: number): Promise<void> {
  expectNothing(await sampledEveryMs(20, person, () => pause(ms)))
}

/** What was heard in a recording is nothing. */
export function expectNothing(heard: Heard): void {
  // Growth takes two samples.
  expect(heard.samples).toBeGreaterThan(1)
  expect(heard.loudest, 'loudest packet').toBeLessThan(SILENT_LEVEL)
  expect(heard.energy, 'energy').toBeLessThan(SILENT_ENERGY)
}

/** Waits until a sound comes in. */
export async function isHeard(person: Person): Promise<void> {
  await person.page.evaluate(() => window.parleyKit.rtp.record(20))
  await until(
    () => person.page.evaluate(() => window.parleyKit.rtp.heard()),
    ({ loudest }) => expect(loudest, 'loudest packet').toBeGreaterThan(10 * SILENT_LEVEL),
  )
}

/** Waits until the tone of this device comes in. */
export async function hearsTone(person: Person, hz: number): Promise<void> {
  await until(
    () => person.page.evaluate(() => window.parleyKit.rtp.tone()),
    (heard) => expect(Math.abs(heard - hz), `${String(heard)} Hz`).toBeLessThan(30),
  )
}

/** Waits until new frames leave for the other side. */
export async function sendsPicture(
  person: Person,
  kind: Exclude<LineKind, 'audio'>,
): Promise<void> {
  await grows(person, kind, ({ sent }) => sent.framesEncoded, 'encoded')
}

/** Waits until new frames of the other side come in. */
export async function receivesPicture(
  person: Person,
  kind: Exclude<LineKind, 'audio'>,
): Promise<void> {
  await grows(person, kind, ({ received }) => received.framesDecoded, 'decoded')
}

/** Once those are gone that were captured before, not one frame leaves in this time. */
export async function sendsNoPicture(
  person: Person,
  kind: Exclude<LineKind, 'audio'>,
  ms = 1000,
): Promise<void> {
  const encoded = async () => (await line(person, kind))?.sent.framesEncoded ?? 0
  let before = await encoded()
  const more = async () => {
    const last = before
    await pause(100)
    before = await encoded()
    return before - last
  }
  await until(more, (frames) => expect(frames, 'frames on their way').toBe(0))
  await pause(ms)
  expect(await encoded()).toBe(before)
}

/** Waits until the picture of the other side is of this colour: red, green or blue. */
export async function seesColour(
  person: Person,
  colour: string,
  selector = '.parley-remote-video',
): Promise<void> {
  await until(
    () => person.page.evaluate((video) => window.parleyKit.rtp.colour(video), selector),
    (seen) => expect(seen).toBe(colour),
  )
}

/** Share of the packets sent to this person that never came, so far. */
export async function lossOf(person: Person, kind: LineKind = 'audio'): Promise<number> {
  const received = (await line(person, kind))?.received
  if (!received) throw new Error(`there is no ${kind}`)
  return received.lost / (received.lost + received.packets)
}

async function grows(
  person: Person,
  kind: LineKind,
  count: (line: Line) => number,
  what: string,
): Promise<void> {
  const now = async () => {
    const found = await line(person, kind)
    return found ? count(found) : 0
  }
  const before = await now()
  await until(now, (frames) => expect(frames, `frames ${what}`).toBeGreaterThan(before))
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

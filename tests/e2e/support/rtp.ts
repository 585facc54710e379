// Checks the media on the connections of a page, independent of the app's display.
import { expect } from 'vitest'
import type { Person } from './browser'
import type { Heard, Line, LineKind } from './page/types'
import { until } from './until'

/** The level of a packet, and the energy, below which only rounding is left. */
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

/** The connections of a page report one failure each; waits until they have restarted ICE. */
export async function restartsIce(person: Person): Promise<void> {
  const ice = () => person.page.evaluate(() => window.parleyKit.rtp.ice())
  const before = await ice()
  await person.page.evaluate(() => window.parleyKit.rtp.fail())
  await until(ice, (now) => expect(now).not.toEqual(before))
}

/** Records while a test acts; returns the sound over all connections. */
export async function sampledEveryMs(
  everyMs: number,
  person: Person,
  action: () => Promise<unknown>,
): Promise<Heard> {
  await person.page.evaluate((ms) => window.parleyKit.rtp.record(ms), everyMs)
  await action()
  return person.page.evaluate(() => window.parleyKit.rtp.recorded())
}

/** Waits for silence of this duration; a sound stays in the statistics for a second. */
export async function fallsSilent(person: Person, ms = 250): Promise<void> {
  await until(
    () => sampledEveryMs(20, person, () => pause(ms)),
    (heard) => expectNothing(heard),
  )
}

/** Checks that no sound arrives at any moment of this time. */
export async function isSilent(person: Person, ms: number): Promise<void> {
  expectNothing(await sampledEveryMs(20, person, () => pause(ms)))
}

/** Checks that a recording is silent. */
export function expectNothing(heard: Heard): void {
  // A growth needs two samples.
  expect(heard.samples).toBeGreaterThan(1)
  expect(heard.loudest, 'loudest packet').toBeLessThan(SILENT_LEVEL)
  expect(heard.energy, 'energy').toBeLessThan(SILENT_ENERGY)
}

/** Waits until sound arrives. */
export async function isHeard(person: Person): Promise<void> {
  await person.page.evaluate(() => window.parleyKit.rtp.record(20))
  await until(
    () => person.page.evaluate(() => window.parleyKit.rtp.heard()),
    ({ loudest }) => expect(loudest, 'loudest packet').toBeGreaterThan(10 * SILENT_LEVEL),
  )
}

/** Waits until the tone of this device arrives. */
export async function hearsTone(person: Person, hz: number): Promise<void> {
  await until(
    () => person.page.evaluate(() => window.parleyKit.rtp.tone()),
    (heard) => expect(Math.abs(heard - hz), `${String(heard)} Hz`).toBeLessThan(30),
  )
}

/** Waits until new frames are sent. */
export async function sendsPicture(
  person: Person,
  kind: Exclude<LineKind, 'audio'>,
): Promise<void> {
  await grows(person, kind, ({ sent }) => sent.framesEncoded, 'encoded')
}

/** Waits until new frames of the other side arrive. */
export async function receivesPicture(
  person: Person,
  kind: Exclude<LineKind, 'audio'>,
): Promise<void> {
  await grows(person, kind, ({ received }) => received.framesDecoded, 'decoded')
}

/** Checks that no frame is sent in this time, after the frames that were captured before. */
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

/** The share of packets for this person that was lost so far. */
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
